"""Forms about missing persons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.casework.incidents.forms import Reasoned, form_of
from amana.casework.missing.models import MissingPerson, Sex
from amana.casework.missing.services import MOVES

_FIELDS = (
    "name_ar", "name_en", "father_ar", "father_en", "grandfather_ar", "grandfather_en", "mother_ar",
    "mother_en", "sex", "born", "last_seen", "last_seen_place", "reference",
)  # fmt: skip


class _Said(forms.Form):
    circumstances = forms.CharField(
        label=_("Circumstances"),
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Sealed at once. Only roles that work with families can open it, with a reason."),
    )
    another = forms.BooleanField(
        label=_("I have looked: this is not somebody recorded already"),
        required=False,
        widget=forms.HiddenInput(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sex"].choices = [("", _("not known")), *Sex.choices]  # type: ignore[attr-defined]

    def ask_whether_another(self) -> None:
        """Show the question that is kept back until somebody alike is found."""
        self.fields["another"].widget = forms.CheckboxInput()


class _Corrected(Reasoned):
    circumstances = forms.CharField(
        label=_("Circumstances"),
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Left empty, the sealed text stays as it is; a text here takes its place."),
    )


ReportForm = form_of(MissingPerson, _FIELDS, _Said)
ChangeForm = form_of(MissingPerson, _FIELDS, _Corrected)


class StateForm(forms.Form):
    """Where the search goes."""

    state = forms.ChoiceField(label=_("New state"))
    duplicate_of = forms.CharField(
        label=_("Recorded first under the number"),
        required=False,
        max_length=40,
        help_text=_("Only where the person was recorded twice."),
    )
    reason = forms.CharField(
        label=_("On what basis"),
        max_length=300,
        help_text=_("Who said it, who checked it, and how. It is kept in the history."),
    )

    def __init__(self, *args: Any, person: MissingPerson, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(MissingPerson.State.choices)
        self.fields["state"].choices = [(s, labels[s]) for s in MOVES[person.state]]  # type: ignore[attr-defined]
