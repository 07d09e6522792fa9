"""Forms of incidents, and how the stations of the field make theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import models
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from amana.casework.common.reading import refuse_no_time
from amana.casework.incidents.models import Count, Fact, Incident, Measure, Source


def _field(column: Any, **options: Any) -> Any:
    """The form's field of a column, with the browser's own control where there is one."""
    if isinstance(column, models.DateTimeField):
        options["widget"] = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        options["validators"] = [refuse_no_time]
    elif isinstance(column, models.DateField):
        options["widget"] = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    elif isinstance(column, models.TextField):
        options["widget"] = forms.Textarea({"rows": 3})
    return column.formfield(**options)


def fields_of(model: type[models.Model], names: Sequence[str]) -> dict[str, forms.Field]:
    """The fields of a form for these columns, with the model's labels, limits and words."""
    return fields_for_model(model, names, formfield_callback=_field)


def form_of(
    model: type[models.Model], names: Sequence[str], base: type[forms.Form] = forms.Form
) -> type[forms.Form]:
    """A form for these columns, above the fields of `base`."""
    fields: dict[str, Any] = fields_of(model, names)
    made = type(f"{model.__name__}Form", (base,), dict(fields))
    made.base_fields = {**fields, **base.base_fields}  # type: ignore[attr-defined]
    return made


class Reasoned(forms.Form):
    """A change, which says why."""

    reason = forms.CharField(
        label=_("Why this is changed"),
        max_length=300,
        help_text=_("The old values stay in the history, with this reason."),
    )


OpenForm = form_of(Incident, ("name_en", "name_ar", "began", "place_en", "place_ar"))
ChangeForm = form_of(Incident, ("name_en", "name_ar", "began", "place_en", "place_ar", "state"), Reasoned)

_CODE_HINT = _("For references, such as F3. Left empty, the next one is taken.")


class _Coded(forms.Form):
    """Adds what a short name is for, and does not ask for one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].required = False
            self.fields["code"].help_text = _CODE_HINT


SourceForm = form_of(Source, ("name", "name_ar", "seen", "seen_ar", "code"), _Coded)

COUNT_FIELDS = ("counted", "basis", "low", "high", "words", "words_ar", "vague")
MEASURE_FIELDS = ("measured", "low", "high", "unit", "words", "words_ar", "basis")
FACT_FIELDS = (
    "statement", "statement_ar", "wording", "quoted", "date", "place", "place_ar", "code",
)  # fmt: skip


class _Counting(_Coded):
    """Says what the fields of a count mean."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.fields
        fields["low"].help_text = _("An exact number stands in both. “20 to 25”: 20 here, 25 below.")
        fields["words"].help_text = _("Exactly as the source has them.")
        fields["vague"].help_text = _("“Tens”, “some”: give a range, or no number, and the words.")


CountForm = form_of(Count, COUNT_FIELDS, _Counting)


class _FirstCount(_Counting):
    """A statement with its first count, which may be left out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in COUNT_FIELDS:
            self.fields[name].required = False
        self.fields["counted"].label = _("If it holds a count: what is counted")
        self.fields["counted"].help_text = _("More counts, and lengths or areas, can be added afterwards.")

    def statement(self) -> dict[str, Any]:
        """What belongs to the statement."""
        return {name: self.cleaned_data[name] for name in FACT_FIELDS}

    def counts(self) -> list[dict[str, Any]]:
        """The count, if anything of one is filled in."""
        given = {name: self.cleaned_data[name] for name in COUNT_FIELDS}
        return [given] if any(v not in (None, "", False) for v in given.values()) else []


def _fact_form() -> type[forms.Form]:
    made = form_of(Fact, FACT_FIELDS, _FirstCount)
    made.base_fields = {**made.base_fields, **fields_of(Count, COUNT_FIELDS)}  # type: ignore[attr-defined]
    return made


FactForm = _fact_form()
MeasureForm = form_of(Measure, MEASURE_FIELDS)


class TensionForm(forms.Form):
    """Statements that do not fit together."""

    facts = forms.MultipleChoiceField(
        label=_("Statements that do not fit together"), widget=forms.CheckboxSelectMultiple
    )
    statement = forms.CharField(
        label=_("What does not fit"),
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Say it plainly. All statements are kept."),
    )
    statement_ar = forms.CharField(
        label=_("What does not fit, in Arabic"), widget=forms.Textarea({"rows": 3}), required=False
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facts"].choices = choices  # type: ignore[attr-defined]
