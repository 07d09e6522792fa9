"""Who allowed the work, and who went in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from amana.casework.common.access import needs
from amana.casework.sites import rules, services
from amana.casework.sites.forms.acts import (
    AuthorisationForm,
    EntryForm,
    ExitForm,
    PaperForm,
    WithdrawForm,
)
from amana.casework.sites.models import Access, Authorisation
from amana.casework.sites.views.common import act, editable, paper_of, part_or_404


@needs("sites.authorise")
def add_authorisation(request: Any, number: str) -> HttpResponse:
    """Record a decision that allows work."""
    found = editable(request, number, rules.AUTHORISE)

    def save(given: dict[str, Any]) -> Any:
        document = paper_of(request, given)
        given.pop("seen")
        return services.record_authorisation(request.user, found, document=document, **given)

    return act(
        request, found, AuthorisationForm(request.POST or None, request.FILES or None), save,
        title=_("Record an authorisation"),
        about=_("A site that is secured, covered or watched is authorised by it."),
        submit=_("Record the authorisation"), done=_("The authorisation is recorded."),
        where="#authorisations",
    )  # fmt: skip


@needs("sites.authorise")
def add_decision(request: Any, number: str, key: UUID) -> HttpResponse:
    """Add the decision that came after the record."""
    found = editable(request, number, rules.AUTHORISE)
    record = part_or_404(request, Authorisation, found, key)
    return act(
        request, found, PaperForm(request.POST or None, request.FILES or None),
        lambda given: services.attach_document(request.user, record, paper_of(request, given)),
        title=_("Add the decision"), submit=_("Add the decision"), done=_("The paper is added."),
        where="#authorisations",
    )  # fmt: skip


@needs("sites.authorise")
def withdraw_authorisation(request: Any, number: str, key: UUID) -> HttpResponse:
    """The decision no longer holds."""
    found = editable(request, number, rules.AUTHORISE)
    record = part_or_404(request, Authorisation, found, key)
    return act(
        request, found, WithdrawForm(request.POST or None),
        lambda given: services.withdraw_authorisation(request.user, record, given["withdrawn_why"]),
        title=_("Withdraw the authorisation"), about=_("Without another one, work at the site must stop."),
        quoted=f"{record.authority} {record.reference}", submit=_("Withdraw it"),
        done=_("The authorisation is withdrawn."), where="#authorisations",
    )  # fmt: skip


@needs("sites.record")
def enter(request: Any, number: str) -> HttpResponse:
    """Somebody goes in."""
    found = editable(request, number, rules.RECORD)
    about = ""
    if found.hazard != "cleared":
        about = _(
            "The site is not cleared. Who enters nevertheless is recorded, with the hazard as it is now."
        )
    form = EntryForm(request.POST or None, initial={"entered_at": timezone.now(), "people": 1})
    return act(
        request, found, form, lambda given: services.record_entry(request.user, found, **given),
        title=_("Somebody goes in"), about=about, submit=_("Record the entry"),
        done=_("The entry is recorded."), where="#access",
    )  # fmt: skip


@needs("sites.record")
def leave(request: Any, number: str, key: UUID) -> HttpResponse:
    """They came out."""
    found = editable(request, number, rules.RECORD)
    access = part_or_404(request, Access, found, key)
    form = ExitForm(request.POST or None, initial={"left_at": timezone.now()})
    return act(
        request, found, form,
        lambda given: services.record_exit(request.user, access, given["left_at"]),
        title=_("They came out"), about=f"\u2068{access.organisation}\u2069: \u2068{access.purpose}\u2069",
        submit=_("Record the exit"), done=_("The exit is recorded."), where="#access",
    )  # fmt: skip
