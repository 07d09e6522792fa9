"""Forms of the log's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.casework.audit.queries import offices_seen_in_the_log
from amana.casework.audit.words import object_kind
from amana.casework.common.lists import Filters
from amana.casework.common.records import audited_models


class EntryFilters(Filters):
    """By number of the object, person, action, office, kind of object, dates."""

    number = forms.CharField(label=_("Number of a record, or of an entry"), required=False, max_length=60)
    person = forms.CharField(label=_("Sign-in name of who acted"), required=False, max_length=60)
    action = forms.CharField(
        label=_("Action begins with"), required=False, max_length=60,
        help_text=_("Such as protected.opened, or identification."),
    )  # fmt: skip
    object = forms.ChoiceField(label=_("Kind of object"), required=False)
    office = forms.ChoiceField(label=_("Office"), required=False)
    since = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(label=_("To day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data)
        kinds = sorted(((k, object_kind(k)) for k in audited_models()), key=lambda pair: pair[1])
        self.fields["object"].choices = [("", _("every kind")), *kinds]  # type: ignore[attr-defined]
        offices = offices_seen_in_the_log(user)
        self.fields["office"].choices = [("", _("every office")), *((o, o) for o in offices)]  # type: ignore[attr-defined]

    def apply(self, rows: Any) -> Any:
        """The entries that fit."""
        from amana.casework.accounts.models import User

        asked = self.cleaned_data
        if asked["number"]:
            rows = rows.filter(_about(asked["number"].strip()))
        if asked["person"]:
            found = User.objects.filter(username=asked["person"].strip()).first()
            rows = rows.filter(
                actor=str(found.pk) if found else "system" if asked["person"] == "system" else "-"
            )
        for field, column in (
            ("action", "action__startswith"), ("object", "object_type"), ("office", "office"),
            ("since", "at__date__gte"), ("until", "at__date__lte"),
        ):  # fmt: skip
            if asked[field]:
                rows = rows.filter(**{column: asked[field]})
        return rows


def _about(text: str) -> Any:
    from django.db.models import Q

    wanted = Q(object_id=text)
    if text.isascii() and text.isdigit() and len(text) < 19:
        wanted |= Q(index=int(text))
    for name, model in audited_models().items():
        if {f.name for f in model._meta.concrete_fields} >= {"number"}:
            row = model._base_manager.filter(number=text).values_list("pk", flat=True).first()
            if row is not None:
                wanted |= Q(object_type=name, object_id=str(row))
    return wanted


class ReasonForm(forms.Form):
    """Why a text is opened."""

    reason = forms.CharField(
        label=_("Why do you need to read it?"), max_length=300, strip=True, required=False
    )


class EraseForm(forms.Form):
    """The ground of an erasure, with the number typed as a second thought."""

    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=[
            ("withdrawn-consent", _("the person withdrew their consent")),
            ("court-order", _("a court or authority ordered it")),
            ("wrongly-listed", _("a living person was listed wrongly")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, strip=True,
        help_text=_("Not kept in the log, because it could name the person; keep the paper that orders it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    confirm = forms.CharField(label=_("Type the number of the record to confirm"), max_length=60, strip=True)
