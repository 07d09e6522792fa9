"""Pages on what belongs to a unit: effects, photographs, other units, and hints at who it was."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from amana.casework.audit.protection import open_text
from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form, language
from amana.casework.files.forms import keep_sent
from amana.casework.files.receiving import receive_all
from amana.casework.files.serving import serve
from amana.casework.files.uploads import holder_of
from amana.casework.incidents.editing import show_form
from amana.casework.recovery import forms_units, queries, services
from amana.casework.recovery.models import Association, Effect, Hint, Photo
from amana.casework.recovery.services.belongings import MOST_PHOTOS
from amana.casework.recovery.views_units import RECORD, editable, trail
from amana.problems import InputProblems
from amana.reporting.field import dead_body_fields

PHOTOGRAPH = "recovery.photograph"


@needs(RECORD)
def add_effect(request: Any, number: str) -> HttpResponse:
    """Record clothing or another effect of a unit."""
    found = editable(request, number)

    def save(form: Any) -> HttpResponse:
        (made,) = services.add_effects(request.user, found, [form.cleaned_data])
        said = _("It is recorded. Write this number on its bag: %(number)s")
        messages.success(request, said % {"number": made.number})
        return redirect(f"{found.get_absolute_url()}#effects")

    return show_form(
        request, forms_units.EffectForm(request.POST or None),
        title=_("Clothing and effects of %(number)s") % {"number": found.number},
        about=_("Each thing gets a number of its own and can be handed over by itself."),
        submit=_("Record it"), save=save, trail=trail(found), section="units",
    )  # fmt: skip


@needs(RECORD)
def withdraw_effect(request: Any, number: str, key: UUID) -> HttpResponse:
    """An effect was entered by mistake."""
    found = editable(request, number)
    effect = get_object_or_404(Effect, pk=key, unit=found)

    def save(form: Any) -> HttpResponse:
        services.withdraw_effect(request.user, effect, form.cleaned_data["reason"])
        messages.success(request, _("It is withdrawn. Its number stays used."))
        return redirect(f"{found.get_absolute_url()}#effects")

    return show_form(
        request, forms_units.WhyForm(request.POST or None),
        title=_("Withdraw %(number)s") % {"number": effect.number}, submit=_("Withdraw it"), save=save,
        trail=trail(found), section="units",
    )  # fmt: skip


@needs(PHOTOGRAPH)
def add_photos(request: Any, number: str) -> HttpResponse:
    """Add photographs of a unit."""
    found = editable(request, number, PHOTOGRAPH)
    form = forms_units.PhotosForm(request.POST or None, request.FILES or None)
    form.fields["photographer"].initial = str(request.user)

    def save(form: Any) -> HttpResponse:
        data = dict(form.cleaned_data)
        offered = data.pop("photos")
        received = receive_all(
            offered, holder=holder_of(request), accept=forms_units.PICTURES, most=MOST_PHOTOS, field="photos"
        )
        try:
            services.add_photos(request.user, received, unit=found, **data)
        except InputProblems:
            keep_sent(form, "photos", received)  # nobody sends them twice
            raise
        messages.success(request, _("The photographs are kept."))
        return redirect(f"{found.get_absolute_url()}#photos")

    return show_form(
        request, form, title=_("Photographs of %(number)s") % {"number": found.number},
        about=_("With a scale and the number in the picture, and once without. The original is kept."),
        submit=_("Keep them"), save=save, trail=trail(found), section="units",
    )  # fmt: skip


@needs(PHOTOGRAPH)
def photo(request: Any, number: str, key: UUID) -> HttpResponse:
    """One photograph: blurred until somebody opens it, which is written in the log."""
    found = queries.unit(request.user, number)
    one = get_object_or_404(Photo.objects.visible_to(request.user).select_related("file"), pk=key, unit=found)
    return serve(
        request, one.file, True, may=PHOTOGRAPH, on=found,
        title=_("Photograph of %(number)s") % {"number": found.number},
        back=f"{found.get_absolute_url()}#photos",
    )  # fmt: skip


@needs(PHOTOGRAPH)
def withdraw_photo(request: Any, number: str, key: UUID) -> HttpResponse:
    """A photograph was entered by mistake."""
    found = editable(request, number, PHOTOGRAPH)
    one = get_object_or_404(Photo, pk=key, unit=found)

    def save(form: Any) -> HttpResponse:
        services.withdraw_photo(request.user, one, form.cleaned_data["reason"])
        messages.success(request, _("It is withdrawn. The file and its hash stay."))
        return redirect(f"{found.get_absolute_url()}#photos")

    return show_form(
        request, forms_units.WhyForm(request.POST or None), title=_("Withdraw the photograph"),
        submit=_("Withdraw it"), save=save, trail=trail(found), section="units",
    )  # fmt: skip


@needs(RECORD)
def associate(request: Any, number: str) -> HttpResponse:
    """Say that another unit belongs to this one."""
    found = editable(request, number)

    def save(form: Any) -> HttpResponse:
        data = form.cleaned_data
        other = queries.unit(request.user, data["other"])
        services.associate(request.user, found, other, kind=data["kind"], why=data["why"])
        messages.success(request, _("It is recorded, and can be taken back."))
        return redirect(f"{found.get_absolute_url()}#associations")

    return show_form(
        request, forms_units.AssociateForm(request.POST or None),
        title=_("What belongs to %(number)s?") % {"number": found.number},
        about=_("Nothing is merged: both keep their numbers, and it can be taken back."),
        submit=_("Record it"), save=save, trail=trail(found), section="units",
    )  # fmt: skip


@needs(RECORD)
def undo_association(request: Any, number: str, key: UUID) -> HttpResponse:
    """Take an association back."""
    found = editable(request, number)
    one = get_object_or_404(Association, pk=key, one=found, undone_at=None)

    def save(form: Any) -> HttpResponse:
        services.undo_association(request.user, one, form.cleaned_data["reason"])
        messages.success(request, _("It is taken back. That it was said stays in the history."))
        return redirect(f"{found.get_absolute_url()}#associations")

    return show_form(
        request, forms_units.WhyForm(request.POST or None), title=_("Take it back"),
        submit=_("Take it back"), save=save, trail=trail(found), section="units",
    )  # fmt: skip


@needs("protected.hint")
def hint(request: Any, number: str, key: UUID) -> HttpResponse:
    """Open what was written at the scene about who it may be: for a reason, which is written in the log."""
    found = queries.unit(request.user, number)
    one = get_object_or_404(Hint, pk=key, unit=found)
    form, rows = forms_units.WhyForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            text = open_text(request.user, one, "answers", form.cleaned_data["reason"])
            rows = _shown(json.loads(text))
        except InputProblems as problems:
            add_to_form(form, problems)
    context = {"unit": found, "form": form, "rows": rows, "trail": trail(found)}
    request.section = "units"
    return render(request, "recovery/hint.html", context, status=400 if form.errors else 200)


def _shown(answers: dict[str, Any]) -> list[dict[str, Any]]:
    fields = dead_body_fields().fields
    rows = []
    for key, value in answers.items():
        field = fields[key]
        chosen = value if isinstance(value, list) else [value]
        words = {o.key: o.label.of(language()) for o in field.options}
        text = _(", ").join(words.get(str(v), str(v)) for v in chosen)
        rows.append({"label": field.label.of(language()), "value": text, "kind": "lines"})
    return rows
