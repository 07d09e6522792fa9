"""Pages that record families, relatives and consents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form
from amana.casework.families import forms, queries, services
from amana.casework.families.models import Consent, Relative
from amana.casework.families.views import family_of, relative_of
from amana.casework.incidents.editing import must, show_form
from amana.casework.missing.models import MissingPerson
from amana.problems import InputProblems


@needs("families.record")
def add_family(request: Any) -> HttpResponse:
    """Make a family."""

    def save(form: Any) -> HttpResponse:
        family = services.make_family(request.user, **form.cleaned_data)
        messages.success(request, _("The family is made. Now put people into its tree."))
        return redirect(family)

    return show_form(
        request,
        forms.FamilyForm(request.POST or None),
        title=_("Make a family"),
        about=_("It gets a number. The people in it are added one by one."),
        submit=_("Make the family"),
        save=save,
        trail=[_families()],
        section="missing",
    )


@needs("families.record")
def add_member(request: Any, number: str) -> HttpResponse:
    """Add a place to a family's tree."""
    family = family_of(request.user, number)
    must(request, "families.record", family)

    def save(form: Any) -> HttpResponse:
        said = dict(form.cleaned_data)
        missing = queries.by_number(request.user, MissingPerson, "missing", said.pop("missing"))
        relative = queries.by_number(request.user, Relative, "relative", said.pop("relative"))
        services.add_members(
            request.user, family, [services.NewMember(missing=missing, relative=relative, **said)]
        )
        messages.success(request, _("The place is added to the tree."))
        return redirect(family)

    return show_form(
        request,
        forms.MemberForm(request.POST or None, members=list(family.members.all())),
        title=_("Add a place to the tree"),
        about=_(
            "A missing person, a relative, or somebody who is needed to connect them. "
            "Marriages between cousins are drawn as they are."
        ),
        submit=_("Add the place"),
        save=save,
        trail=[_families(), {"url": family.get_absolute_url(), "label": family.number}],
        section="missing",
    )


@needs("families.record")
def add_relative(request: Any) -> HttpResponse:
    """Record a relative."""

    def save(form: Any) -> HttpResponse:
        relative = services.add_relative(request.user, **form.cleaned_data)
        messages.success(
            request,
            _("Recorded under %(number)s. Write down what the relative agreed to.")
            % {"number": relative.number},
        )
        return redirect("relative", relative.number)

    return show_form(
        request,
        forms.RelativeForm(request.POST or None),
        title=_("Record a relative"),
        about=_("Name, telephone and document are sealed: lists and trees show the number alone."),
        submit=_("Record the relative"),
        save=save,
        trail=[_families()],
        section="missing",
    )


@needs("families.record")
def find_relative(request: Any) -> HttpResponse:
    """Find a relative by a telephone or document number; sent by POST so that no address holds it."""
    request.section = "missing"
    form = forms.FindForm(request.POST if request.method == "POST" else None)
    found: list[Relative] | None = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            found = (
                queries.find_by_phone(request.user, said["phone"])
                if said["phone"].strip()
                else queries.find_by_document(request.user, said["document_number"])
            )
        except InputProblems as problems:
            add_to_form(form, problems)
    context = {"form": form, "found": found, "submit": _("Look it up"), "trail": [_families()]}
    return render(request, "families/find.html", context, status=400 if form.errors else 200)


@needs("families.record")
def record_consent(request: Any, number: str) -> HttpResponse:
    """Write down what a relative agreed to."""
    relative = relative_of(request.user, number)
    must(request, "families.record", relative)

    def save(form: Any) -> HttpResponse:
        said = form.cleaned_data
        services.record_consent(request.user, relative, said["recipients"], given_on=said["given_on"])
        messages.success(request, _("The consent is recorded."))
        return redirect("relative", relative.number)

    return show_form(
        request,
        forms.ConsentForm(request.POST or None),
        title=_("Record consent"),
        about=_("For each recipient by itself. It can be withdrawn at any time."),
        submit=_("Record the consent"),
        save=save,
        trail=[_families(), _relative(relative)],
        section="missing",
    )


@needs("families.record")
def withdraw_consent(request: Any, number: str, consent: str) -> HttpResponse:
    """A relative no longer agrees."""
    relative = relative_of(request.user, number)
    must(request, "families.record", relative)
    given = get_object_or_404(Consent.objects.filter(relative=relative), recipient=consent, withdrawn_at=None)

    def save(form: Any) -> HttpResponse:
        services.withdraw_consent(request.user, given, form.cleaned_data["reason"])
        messages.success(request, _("The consent is withdrawn."))
        return redirect("relative", relative.number)

    laboratory = given.recipient == Consent.Recipient.LABORATORY
    return show_form(
        request,
        forms.WithdrawForm(request.POST or None),
        title=_("Withdraw consent: %(recipient)s") % {"recipient": given.get_recipient_display()},
        about=_("From now on no comparison uses this relative's profile.") if laboratory
        else _("From now on this recipient may not be given the relative's data."),
        submit=_("Withdraw the consent"),
        save=save,
        trail=[_families(), _relative(relative)],
        section="missing",
    )  # fmt: skip


def _families() -> dict[str, Any]:
    return {"url": reverse("families"), "label": _("Families")}


def _relative(relative: Relative) -> dict[str, Any]:
    return {"url": reverse("relative", args=[relative.number]), "label": relative.number}
