"""Reading sites and spots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Avg, Count, Exists, OuterRef
from django.utils import timezone

from amana.casework.files.models import StoredFile
from amana.casework.incidents.models import Incident
from amana.casework.numbers.queries import numbered
from amana.casework.sites.models import (
    Access,
    Authorisation,
    Clearance,
    Dismissal,
    Search,
    Site,
    Spot,
    Stage,
    Tally,
    Tampering,
    Waiver,
    Watch,
)


def sites(user: Any) -> Any:
    """Sites that the person sees."""
    # Not joined: a database may begin with the few offices, and then sort every site of each.
    return Site.objects.visible_to(user).prefetch_related("office", "incident")


def site(user: Any, number: str) -> Site:
    """One of them, by its number; 404 if there is none."""
    found: Site = numbered(sites(user), number)
    return found


def sites_of(user: Any, incident: Incident, most: int | None = None) -> list[Site]:
    """Sites of an incident, all or the first of them."""
    found = sites(user).filter(incident=incident).order_by("number")
    return list(found[:most] if most else found)


def spots(user: Any, **where: Any) -> list[Spot]:
    """Spots, in the order of site and label."""
    found = Spot.objects.visible_to(user).filter(**where).select_related("site")
    return sorted(found, key=lambda s: (s.site.number, _natural(s.label)))


def _natural(label: str) -> tuple[int, str]:
    """2 before 10, and both before A."""
    return (int(label), "") if label.isascii() and label.isdigit() else (10**9, label)


def next_label(site: Site) -> str:
    """The number after the greatest label that is a number."""
    labels = Spot.objects.filter(site=site).values_list("label", flat=True)
    return str(max((int(x) for x in labels if x.isascii() and x.isdigit()), default=0) + 1)


def hazard(site: Site) -> dict[str, Any]:
    """The explosive hazard for ``components/state.html``."""
    kinds = {
        Site.Hazard.UNKNOWN: "attention",
        Site.Hazard.REQUESTED: "waiting",
        Site.Hazard.CLEARED: "done",
        Site.Hazard.RESTRICTED: "attention",
        Site.Hazard.NOT_CLEARABLE: "blocked",
    }
    return {"kind": kinds[Site.Hazard(site.hazard)], "word": site.get_hazard_display()}


# --- what was done at one site --------------------------------------------------------------------


class Parts(NamedTuple):
    """Everything that was done or seen at one site, the newest first."""

    stages: list[Stage]
    dismissals: list[Dismissal]
    clearances: list[Clearance]
    waivers: list[Waiver]
    authorisations: list[Authorisation]
    accesses: list[Access]
    visits: list[Watch]
    tamperings: list[Tampering]
    searches: list[Search]
    tallies: list[Tally]


MOST_PARTS = 200
"""So many of each kind stand on a page; all of them are to be had through the programming interface."""


def parts_of(user: Any, site: Site, most: int = MOST_PARTS) -> Parts:
    """One query for each kind."""

    def newest(model: Any, *related: str, order: Sequence[str] = ("-at", "-pk")) -> list[Any]:
        found = model.objects.visible_to(user).filter(site=site)
        return list(found.select_related("by", *related).order_by(*order)[:most])

    return Parts(
        newest(Stage),
        newest(Dismissal, "looked_by"),
        newest(Clearance, "document"),
        newest(Waiver, "agreed_by", "revoked_by"),
        newest(Authorisation, "withdrawn_by", "document"),
        newest(Access, order=("-entered_at", "-pk")),
        newest(Watch, order=("-visited_at", "-pk")),
        newest(Tampering, "closed_by"),
        newest(Search, order=("-searched_on", "-pk")),
        newest(Tally, "spot", order=("-counted_on", "-at", "-pk")),
    )


def parts(user: Any, model: Any, site: Site) -> Any:
    """All of one kind at a site, the newest first."""
    return (
        model.objects.visible_to(user).filter(site=site).select_related("by", "site").order_by("-at", "-pk")
    )


def part(user: Any, model: Any, site: Site, key: Any) -> Any:
    """One of them; None if there is none."""
    return model.objects.visible_to(user).filter(site=site, pk=key).select_related("by", "site").first()


def paper_of(user: Any, site: Site, key: Any) -> StoredFile | None:
    """The report of a clearance or the decision that allowed work, by the file's identifier."""
    for model in (Clearance, Authorisation):
        rows = model.objects.visible_to(user).filter(site=site, document=key).select_related("document")
        if record := rows.first():
            return record.document  # type: ignore[no-any-return]
    return None


# --- counts ---------------------------------------------------------------------------------------


def tallies_of(user: Any, sites: Iterable[Site]) -> list[Tally]:
    """Counts of the office's own at some sites, in the order in which they were made."""
    found = Tally.objects.visible_to(user).filter(site__in=list(sites))
    return list(found.select_related("site", "spot", "by").order_by("site__number", "counted_on", "at", "pk"))


def latest(tallies: Iterable[Tally]) -> list[Tally]:
    """The newest of each place, thing, category and basis; those before it stay in the history."""
    found: dict[tuple[Any, ...], Tally] = {}
    for tally in sorted(tallies, key=lambda t: (t.counted_on, t.at, t.pk)):
        found[tally.site_id, tally.spot_id, tally.counted, tally.basis, tally.category] = tally
    return list(found.values())


# --- lists ----------------------------------------------------------------------------------------

TODO = ("clearance", "waiver", "tampering", "watch", "authorisation")
"""What of a site can wait for somebody: the words of the list's filter."""


def waiting_for(rows: Any, what: str) -> Any:
    """Of some sites those at which this waits for somebody."""
    from amana.casework.sites.rules import today

    now, day = timezone.now(), today()
    if what == "clearance":
        return rows.filter(hazard=Site.Hazard.REQUESTED)
    if what == "waiver":
        waits = Waiver.objects.filter(site=OuterRef("pk"), agreed_at=None, revoked_at=None, until__gt=now)
        return rows.filter(Exists(waits))
    if what == "tampering":
        return rows.filter(Exists(Tampering.objects.filter(site=OuterRef("pk"), closed_at=None)))
    if what == "watch":
        return rows.filter(watch_next__lt=day)
    if what == "authorisation":
        return rows.filter(Exists(expiring(day).filter(site=OuterRef("pk"))))
    return rows.none()


EXPIRES_SOON = 14
"""Days before its end from which on an authorisation is said to end."""


def expiring(day: Any) -> Any:
    """Authorisations that end soon or have ended, of sites where work is allowed or goes on.

    One that another decision outlasts is not among them.
    """
    import datetime

    soon = day + datetime.timedelta(days=EXPIRES_SOON)
    longer = Authorisation.objects.filter(site=OuterRef("site"), withdrawn_at=None).exclude(
        until__lte=soon
    )  # without an end, or with a later one
    return Authorisation.objects.filter(
        withdrawn_at=None, until__lte=soon, site__state__in=(Site.State.AUTHORISED, Site.State.IN_WORK)
    ).exclude(Exists(longer))


def centres(rows: Any) -> dict[Any, tuple[float, float, int]]:
    """The middle of the spots of some sites, as latitude and longitude, and how many spots there are."""
    found = (
        Spot.objects.filter(site__in=rows.order_by().values("pk"))
        .order_by()
        .values_list("site")
        .annotate(Avg("latitude"), Avg("longitude"), Count("pk"))
    )
    return {site: (latitude, longitude, n) for site, latitude, longitude, n in found}
