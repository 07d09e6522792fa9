"""What an alert leads to: an incident or a site that is there, or a new one made from it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from amana.casework.alerts import rules
from amana.casework.alerts.models import Alert
from amana.casework.alerts.services.acts import acting, save
from amana.casework.alerts.services.triage import TRIAGE
from amana.casework.audit.writing import writing
from amana.casework.incidents.checks import reason_given, refuse
from amana.casework.incidents.models import Incident
from amana.casework.incidents.services import open_incident
from amana.casework.sites.models import Site, Spot
from amana.casework.sites.services import add_site, add_spot
from amana.problems import InputProblem

_MEASURED = {
    Alert.Placed.DEVICE: Spot.Measured.PHONE,
    Alert.Placed.PHOTO: Spot.Measured.PHOTO,
    Alert.Placed.COORDINATES: Spot.Measured.DESCRIBED,
}
_LABEL = "A1"
"""Label of the spot that an alert's position becomes."""


def link(
    by: Any,
    alert: Alert,
    *,
    incident: Incident | None = None,
    site: Site | None = None,
    reason: str = "",
    seen: int | None = None,
) -> Alert:
    """Say which incident or site an alert belongs to; neither takes the link away.

    Parameters
    ----------
    reason
        Needed where a link is changed or taken away.

    Raises
    ------
    InputProblems
        For a site of another incident than the one that is named.
    """
    if site is not None and incident is None:
        incident = site.incident
    _seen_by(by, incident, site)
    with acting(
        by, alert, "linked", may=TRIAGE, allowed=rules.LINK, seen=seen, why=reason
    ) as (log, a, found):  # fmt: skip
        before = (a.incident_id, a.site_id)
        after = (incident.pk if incident else None, site.pk if site else None)
        if site is not None and incident is not None and site.incident_id != incident.pk:
            found = [*found, InputProblem("alerts.site-of-another-incident", field="site")]
        if any(old is not None and old != new for old, new in zip(before, after, strict=True)):
            found = [*found, *reason_given(reason)]
        refuse(found)
        a.incident, a.site = incident, site
        save(log, a)
    return a


def new_incident(
    by: Any, alert: Alert, *, name_en: str, name_ar: str, seen: int | None = None, **fields: Any
) -> Incident:
    """An incident made from an alert and linked to it, in one transaction."""
    with writing(by, "alerts.alert.linked", may=TRIAGE, on=alert):
        incident = open_incident(by, name_en=name_en, name_ar=name_ar, **fields)
        link(by, alert, incident=incident, seen=seen)
    return incident


def new_site(
    by: Any, alert: Alert, incident: Incident, *, name_en: str, name_ar: str, seen: int | None = None
) -> Site:
    """A site made from an alert and linked to it; a precise position becomes its first spot."""
    _seen_by(by, incident, None)
    with writing(by, "alerts.alert.linked", may=TRIAGE, on=alert):
        site = add_site(by, incident, name_en=name_en, name_ar=name_ar, pcode=alert.pcode)
        if rules.is_precise(alert):
            spot: dict[str, Any] = {"label": _LABEL, "latitude": alert.latitude, "longitude": alert.longitude}
            if alert.uncertainty_m is not None:
                spot["uncertainty_m"] = alert.uncertainty_m
            add_spot(by, site, measured=_MEASURED[Alert.Placed(alert.placed)], **spot)
        link(by, alert, incident=incident, site=site, seen=seen)
    return site


def _seen_by(by: Any, incident: Incident | None, site: Site | None) -> None:
    if incident is not None and not Incident.objects.visible_to(by).filter(pk=incident.pk).exists():
        raise PermissionDenied("incidents.view")
    if site is not None and not Site.objects.visible_to(by).filter(pk=site.pk).exists():
        raise PermissionDenied("sites.view")
