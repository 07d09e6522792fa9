"""Pages that record samples, profiles and frequency tables."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amana.casework.accounts.models import Office
from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form, in_words
from amana.casework.families.models import Relative
from amana.casework.families.queries import by_number
from amana.casework.incidents.editing import must, show_form
from amana.casework.laboratory import forms, services
from amana.casework.laboratory.models import Sample
from amana.casework.laboratory.views import profile_of, sample_of
from amana.casework.recovery.models import Unit
from amana.problems import InputProblems


@needs(services.RECORD)
def add_sample(request: Any) -> HttpResponse:
    """Put material under a barcode."""
    laboratories = Office.objects.filter(kind=Office.Kind.LABORATORY)

    def save(form: Any) -> HttpResponse:
        said = dict(form.cleaned_data)
        unit = by_number(request.user, Unit, "unit", said.pop("unit"))
        relative = by_number(request.user, Relative, "relative", said.pop("relative"))
        laboratory = said.pop("laboratory")
        sample = services.add_sample(
            request.user, laboratory=laboratory, unit=unit, relative=relative, **said
        )
        messages.success(
            request, _("Write this barcode on the sample: %(barcode)s") % {"barcode": sample.barcode}
        )
        seen = Sample.objects.visible_to(request.user).filter(pk=sample.pk).exists()
        return redirect(sample if seen else "samples")

    initial = {
        "unit": request.GET.get("unit", "")[:40],
        "relative": request.GET.get("relative", "")[:40],
        "laboratory": laboratories.first(),
    }
    return show_form(
        request,
        forms.SampleForm(request.POST or None, initial=initial, laboratories=laboratories),
        title=_("Record a sample"),
        about=_(
            "Of one unit, or of one relative. The laboratory sees the barcode and the material, nothing else."
        ),
        submit=_("Record the sample"),
        save=save,
        trail=[_samples()],
        section="samples",
    )


@needs(services.RECORD)
@require_POST
def receive_sample(request: Any, barcode: str) -> HttpResponse:
    """The laboratory has it in hand."""
    sample = sample_of(request.user, barcode)
    return _done(request, sample, lambda: services.receive_sample(request.user, sample), _("Received."))


@needs(services.RECORD)
def fail_sample(request: Any, barcode: str) -> HttpResponse:
    """Nothing could be read."""
    sample = sample_of(request.user, barcode)
    must(request, services.RECORD, sample)
    return _with_reason(
        request, sample, _("No result"), _("Record that there is no result"),
        lambda reason: services.fail_sample(request.user, sample, reason),
    )  # fmt: skip


@needs(services.GENETICS)
def add_profile(request: Any, barcode: str) -> HttpResponse:
    """Enter a typing result."""
    sample = sample_of(request.user, barcode)
    must(request, services.RECORD, sample)
    must(request, services.GENETICS, sample)

    def save(form: Any) -> HttpResponse:
        said = dict(form.cleaned_data)
        services.add_profile(request.user, sample, said.pop("calls"), **said)
        messages.success(request, _("The result is entered. It is compared once it is signed."))
        return redirect(sample)

    return show_form(
        request,
        forms.ProfileForm(request.POST or None),
        title=_("Enter a typing result"),
        about=_("Of the sample %(barcode)s.") % {"barcode": sample.barcode},
        submit=_("Enter the result"),
        save=save,
        trail=[_samples(), _trail(sample)],
        section="samples",
    )


@needs(services.GENETICS)
@require_POST
def sign_profile(request: Any, barcode: str, key: UUID) -> HttpResponse:
    """Answer for a typing result."""
    profile = profile_of(request.user, barcode, key)
    must(request, services.GENETICS, profile)
    return _done(
        request,
        profile.sample,
        lambda: services.sign_profile(request.user, profile),
        _("The result is signed."),
    )


@needs(services.GENETICS)
def withdraw_profile(request: Any, barcode: str, key: UUID) -> HttpResponse:
    """A result must not be used any more."""
    profile = profile_of(request.user, barcode, key)
    must(request, services.GENETICS, profile)
    return _with_reason(
        request, profile.sample, _("Withdraw the result"), _("Withdraw it"),
        lambda reason: services.withdraw_profile(request.user, profile, reason),
    )  # fmt: skip


@needs(services.RECORD)
def add_table(request: Any) -> HttpResponse:
    """Add a frequency table from a file."""
    request.section = "samples"
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.FrequenciesForm(*sent)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = services.add_frequencies(
                request.user, name=said["name"], source=said["source"], licence=said["licence"],
                minimum=said["minimum"], table=form.table().loci,
            )  # fmt: skip
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            messages.success(request, _("The table is added. It never changes; a corrected one is another."))
            return redirect(row)
    context = {
        "form": form, "submit": _("Add the table"),
        "trail": [_samples(), {"url": reverse("frequencies"), "label": _("Frequency tables")}],
        "cancel_url": reverse("frequencies"),
    }  # fmt: skip
    return render(request, "laboratory/add_table.html", context, status=400 if form.errors else 200)


def _done(request: Any, sample: Sample, act: Any, word: str) -> HttpResponse:
    try:
        act()
    except InputProblems as problems:
        messages.error(request, " ".join(in_words(p) for p in problems.problems))
    else:
        messages.success(request, word)
    return redirect(sample)


def _with_reason(request: Any, sample: Sample, title: str, submit: str, act: Any) -> HttpResponse:
    def save(form: Any) -> HttpResponse:
        act(form.cleaned_data["reason"])
        messages.success(request, _("It is recorded."))
        return redirect(sample)

    return show_form(
        request, forms.ReasonForm(request.POST or None), title=title, submit=submit, save=save,
        about=_("Of the sample %(barcode)s.") % {"barcode": sample.barcode},
        trail=[_samples(), _trail(sample)], section="samples",
    )  # fmt: skip


def _samples() -> dict[str, Any]:
    return {"url": reverse("samples"), "label": _("Laboratory")}


def _trail(sample: Sample) -> dict[str, Any]:
    return {"url": sample.get_absolute_url(), "label": sample.barcode}
