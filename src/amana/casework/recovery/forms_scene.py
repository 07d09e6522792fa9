"""The form of one step of a scene record, made from its questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from amana.casework.common.reading import refuse_no_time
from amana.casework.recovery.models import SceneStep
from amana.casework.recovery.scene import MOST_PEOPLE, Question, Step
from amana.casework.recovery.showing_missions import label_of

_PARTS = ("who", "office", "arrived", "left")
_SPARE = 3
"""Empty lines for more people below those that are there."""


class PeopleInput(forms.Widget):
    """Lines of people with their hours: as many as there are, and three more."""

    template_name = "recovery/_people.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The lines with their values."""
        context = super().get_context(name, value, attrs)
        rows = [*(value or []), *({} for _ in range(_SPARE))][:MOST_PEOPLE]
        own = context["widget"]["attrs"].get("id", name)
        context["rows"] = [
            {
                part: {
                    "name": f"{name}-{i}-{part}",
                    "id": f"{own}_0" if (i, part) == (0, "who") else f"{own}-{i}-{part}",
                    "value": row.get(part, ""),
                }
                for part in _PARTS
            }
            for i, row in enumerate(rows)
        ]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        """The lines that hold anything."""
        rows = [
            {part: str(data.get(f"{name}-{i}-{part}", "")).strip() for part in _PARTS}
            for i in range(MOST_PEOPLE)
        ]
        return [{k: v for k, v in row.items() if v} for row in rows if any(row.values())]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Never: no lines are no people."""
        return False

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """The first line."""
        return f"{id_}_0" if id_ else ""


class _People(forms.Field):
    widget = PeopleInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != (data or [])


class StepForm(forms.Form):
    """One step: its questions, and where it was filled in before, what kind of change this is."""

    change = forms.ChoiceField(
        label=_("What kind of change"),
        choices=[
            (SceneStep.Change.ADDED, _("done or seen later")),
            (SceneStep.Change.CORRECTED, _("correction of a mistake")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    reason = forms.CharField(
        label=_("What was wrong"),
        max_length=300,
        required=False,
        help_text=_("Needed for a correction. What was said before stays on record."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, step: Step, row: SceneStep | None, **kwargs: Any) -> None:
        values = row.values if row is not None else {}
        initial = {q.key: _initial(q, values.get(q.key)) for q in step.asked}
        # An answer of a step is named after its question; these three names are no question's.
        super().__init__(*args, initial={**initial, "seen": str(row.pk) if row else ""}, **kwargs)
        self.step = step
        own = {name: self.fields.pop(name) for name in ("change", "reason", "seen")}
        for question in step.asked:
            self.fields[f"q-{question.key}"] = _field(question)
            self.initial[f"q-{question.key}"] = initial[question.key]
        if row is None:
            own = {"seen": own["seen"]}
        self.fields.update(own)

    def answers(self) -> dict[str, Any]:
        """What was answered, by question."""
        return {q.key: self.cleaned_data.get(f"q-{q.key}") for q in self.step.asked}

    def field_of(self, key: str | None) -> str | None:
        """The field of a question, for a fault that names it."""
        return f"q-{key}" if f"q-{key}" in self.fields else key


def _initial(question: Question, value: Any) -> Any:
    if question.kind == "yesno":
        return {True: "yes", False: "no"}.get(value, "")
    if question.kind == "time" and value:
        return parse_datetime(value)
    if question.kind == "position" and isinstance(value, Mapping):
        return value.get("written") or f"{value['latitude']}, {value['longitude']}"
    return value


def _field(question: Question) -> forms.Field:
    given: dict[str, Any] = {
        "label": label_of(question.label), "help_text": label_of(question.hint), "required": False,
    }  # fmt: skip
    chosen = [(c.key, label_of(c.words)) for c in question.choices]
    if question.kind == "text":
        return forms.CharField(widget=forms.Textarea({"rows": 2}), **given)
    if question.kind == "number":
        return forms.CharField(
            widget=forms.TextInput({"inputmode": "decimal", "class": "short", "autocomplete": "off"}), **given
        )
    if question.kind == "yesno":
        return forms.ChoiceField(
            widget=forms.RadioSelect, choices=[("yes", _("yes")), ("no", _("no"))], **given
        )
    if question.kind == "choice":
        return forms.ChoiceField(widget=forms.RadioSelect, choices=chosen, **given)
    if question.kind == "choices":
        return forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, choices=chosen, **given)
    if question.kind == "time":
        control = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        return forms.DateTimeField(widget=control, validators=[refuse_no_time], **given)
    if question.kind == "position":
        hint = _("As the receiver or telephone shows it, such as 34.730000, 36.710000.")
        given["help_text"] = given["help_text"] or hint
        return forms.CharField(max_length=200, widget=forms.TextInput({"autocomplete": "off"}), **given)
    return _People(**given)
