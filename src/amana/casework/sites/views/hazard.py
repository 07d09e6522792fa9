"""Explosive hazard: asking, recording, warning; and the waiver of two people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from amana.casework.common.access import needs
from amana.casework.sites import queries, rules, services
from amana.casework.sites.forms.acts import (
    AgreeForm,
    ClearanceForm,
    PaperForm,
    RequestForm,
    RevokeForm,
    WaiverForm,
    WarnForm,
)
from amana.casework.sites.models import Clearance, Waiver
from amana.casework.sites.views.common import act, editable, newest_seen, paper_of, part_or_404

WHERE = "#clearances"


@needs("sites.record")
def request_clearance(request: Any, number: str) -> HttpResponse:
    """Ask for an examination."""
    found = editable(request, number, rules.RECORD)
    about = _("The clearance officer sees it in what waits.")
    if found.hazard == "restricted":
        about = _(
            "Asking anew ends the waiver and stops missions. The clearance officer can also record the "
            "next result at once."
        )
    return act(
        request, found, RequestForm(request.POST or None, initial={"seen": newest_seen(found)}),
        lambda given: services.request_clearance(request.user, found, **given),
        title=_("Ask for clearance"), about=about, submit=_("Ask for clearance"),
        done=_("Clearance is asked for."), where=WHERE,
    )  # fmt: skip


@needs("sites.clear")
def record_clearance(request: Any, number: str) -> HttpResponse:
    """Record what an examination found."""
    found = editable(request, number, rules.CLEAR)

    def save(given: dict[str, Any]) -> Any:
        document = paper_of(request, given)
        return services.record_clearance(request.user, found, document=document, **given)

    form = ClearanceForm(request.POST or None, request.FILES or None, initial={"seen": newest_seen(found)})
    return act(
        request, found, form, save, title=_("Record what was found"),
        about=_("It is the site's hazard from now on. Waivers that were there end."),
        submit=_("Record the result"),
        done=lambda made: _(
            "The explosive hazard is now: %(hazard)s."
        ) % {"hazard": made.get_result_display()},
        where=WHERE,
    )  # fmt: skip


@needs("sites.record")
def warn(request: Any, number: str) -> HttpResponse:
    """New signs of danger: from everybody who records sites and sees this one."""
    found = queries.site(request.user, number)
    return act(
        request, found, WarnForm(request.POST or None),
        lambda given: services.reopen_hazard(request.user, found, given["note"]),
        title=_("Tell of new signs of danger"),
        about=_("The site then counts as not examined, and missions there must stop."),
        submit=_("Warn now"), done=_("The warning is recorded. Tell the people who are there."), where=WHERE,
    )  # fmt: skip


@needs("sites.clear")
def add_report(request: Any, number: str, key: UUID) -> HttpResponse:
    """Add the report that came after the clearance."""
    found = editable(request, number, rules.CLEAR)
    record = part_or_404(request, Clearance, found, key)
    return act(
        request, found, PaperForm(request.POST or None, request.FILES or None),
        lambda given: services.attach_document(request.user, record, paper_of(request, given)),
        title=_("Add the report"), submit=_("Add the report"), done=_("The paper is added."), where=WHERE,
    )  # fmt: skip


@needs("sites.waive")
def ask_waiver(request: Any, number: str) -> HttpResponse:
    """The first of two people."""
    found = editable(request, number, rules.WAIVE)
    return act(
        request, found, WaiverForm(request.POST or None, initial={"seen": newest_seen(found)}),
        lambda given: services.ask_waiver(request.user, found, **given),
        title=_("Ask for a waiver"),
        about=_(
            "For work in the part that is cleared. You answer for it, together with a second person "
            "who agrees."
        ),
        submit=_("Ask for the waiver"), done=_("The waiver is asked for. A second person has to agree."),
        where=WHERE,
    )  # fmt: skip


@needs("sites.waive")
def agree_waiver(request: Any, number: str, key: UUID) -> HttpResponse:
    """The second person agrees or refuses."""
    found = editable(request, number, rules.WAIVE)
    waiver = part_or_404(request, Waiver, found, key)

    def save(given: dict[str, Any]) -> Any:
        if given["answer"] == "agree":
            return services.agree_waiver(request.user, waiver)
        return services.revoke_waiver(request.user, waiver, given["revoked_why"])

    return act(
        request, found, AgreeForm(request.POST or None), save, title=_("Answer to a waiver"),
        about=_("%(who)s asks for work in the cleared part. Read what keeps people safe before you answer.")
        % {"who": f"\u2068{waiver.by}\u2069"},
        quoted=f"{waiver.reason}\n\n{waiver.measures}", submit=_("Save my answer"),
        done=_("Your answer is saved."), where=WHERE,
    )  # fmt: skip


@needs("sites.waive")
def revoke_waiver(request: Any, number: str, key: UUID) -> HttpResponse:
    """End a waiver."""
    found = editable(request, number, rules.WAIVE)
    waiver = part_or_404(request, Waiver, found, key)
    return act(
        request, found, RevokeForm(request.POST or None),
        lambda given: services.revoke_waiver(request.user, waiver, given["revoked_why"]),
        title=_("End the waiver"), about=_("Missions that rely on it must stop."), quoted=waiver.reason,
        submit=_("End the waiver"), done=_("The waiver is over."), where=WHERE,
    )  # fmt: skip
