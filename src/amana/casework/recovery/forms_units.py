"""Forms of what is said of a unit and belongs to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from amana.casework.common.faults import language
from amana.casework.files.forms import FilesField
from amana.casework.incidents.forms import fields_of
from amana.casework.recovery import editing, effects
from amana.casework.recovery.details import CONDITIONS, regions
from amana.casework.recovery.models import Association, Effect, Photo, Unit
from amana.geography.coordinates import format_position, parse_position
from amana.problems import InputProblems
from amana.reporting.field import dead_body_fields
from amana.reporting.field.dead_body import Field

PICTURES = ("image", "video")
_LYING = ("posture", "depth_cm", "orientation_deg", "limbs", "ligatures", "blindfold")
_UNIT = fields_of(Unit, (*_LYING, "nature"))
_EFFECT = fields_of(Effect, ("words", "pieces", "material", "colour", "size", "marking", "associated"))
_PHOTO = fields_of(
    Photo, ("kind", "taken_at", "photographer", "scale", "number_shown", "direction_deg", "note")
)
_LINE = re.compile(r"[:：]")


class Seen(forms.Form):
    """What the page showed, and why something is changed."""

    reason = forms.CharField(
        label=_("Why this is changed"), max_length=300, required=False,
        help_text=_("Needed where something that was said before changes."),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class DescribeForm(Seen):
    """How a unit lay, and the condition of each region of the body."""

    position = forms.CharField(
        label=_("Position"), required=False, max_length=120,
        help_text=_("In any notation. Left empty, where the spot is."),
    )  # fmt: skip

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        names = ("position", *_LYING)
        shown = {n: getattr(unit, n) for n in _LYING}
        if unit.latitude is not None and unit.longitude is not None:
            shown["position"] = format_position(unit.latitude, unit.longitude, "decimal")
        shown |= {f"region-{key}": words for key, words in unit.condition.items()}
        super().__init__(*args, initial={"seen": unit.revision, **shown}, **kwargs)
        self.fields.update({n: _UNIT[n] for n in _LYING})
        words = [(key, said[language()]) for key, said in CONDITIONS.items()]
        for key, label in regions(language()).items():
            self.fields[f"region-{key}"] = forms.MultipleChoiceField(
                label=label, choices=words, required=False, widget=forms.CheckboxSelectMultiple
            )
        own = [f for f in self.fields if f.startswith("region-")]
        self.order_fields([*names, *own, "reason", "seen"])

    def clean_position(self) -> Any:
        """Latitude and longitude, or neither."""
        if not (text := self.cleaned_data["position"].strip()):
            return None
        try:
            return parse_position(text)
        except InputProblems as found:
            from amana.casework.common.faults import in_words

            raise forms.ValidationError(in_words(found.problems[0])) from None

    def details(self) -> dict[str, Any]:
        """As the service takes them."""
        data = self.cleaned_data
        at = data["position"]
        found: dict[str, Any] = {n: data[n] for n in _LYING}
        found |= {"latitude": at.latitude if at else None, "longitude": at.longitude if at else None}
        condition = {f.removeprefix("region-"): data[f] for f in self.fields if f.startswith("region-")}
        return {**found, "condition": {k: list(v) for k, v in condition.items() if v}}


class RegionsField(forms.CharField):
    """Regions of the body, one on each line, with words about it behind a colon."""

    def __init__(self, field: Field, **kwargs: Any) -> None:
        self.regions = {r.key: r.label for r in dead_body_fields().regions}
        names = ", ".join(label.of(language()) for label in self.regions.values())
        super().__init__(
            widget=forms.Textarea({"rows": 2}), required=False,
            help_text=_("One region on each line, then a colon and what is seen there. Regions: %(names)s")
            % {"names": names}, **kwargs,
        )  # fmt: skip

    def prepare_value(self, value: Any) -> Any:
        """As it is typed."""
        if not isinstance(value, Mapping):
            return value
        return "\n".join(
            f"{self.regions[k].of(language())}: {v}" for k, v in value.items() if k in self.regions
        )

    def clean(self, value: Any) -> Any:
        """Region to words."""
        known = {k: k for k in self.regions}
        known |= {label.of(lang).casefold(): k for k, label in self.regions.items() for lang in ("en", "ar")}
        found: dict[str, str] = {}
        for line in str(value or "").splitlines():
            if not line.strip():
                continue
            name, *words = _LINE.split(line, maxsplit=1)
            key = known.get(" ".join(name.split()).casefold())
            if key is None:
                raise forms.ValidationError(
                    _("“%(given)s” is no region of the body."), params={"given": name.strip()[:40]}
                )
            found[key] = words[0].strip() if words else ""
        return found


def _question(field: Field) -> forms.Field:
    label, hint = capfirst(field.label.of(language())), field.hint.of(language())
    options = [(o.key, o.label.of(language())) for o in field.options]
    common: dict[str, Any] = {"label": label, "required": False}
    if field.kind == "regions":
        return RegionsField(field, label=label)
    common["help_text"] = hint
    if field.kind == "choice":
        return forms.ChoiceField(choices=[("", _("not said")), *options], **common)
    if field.kind == "choices":
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **common)
    if field.kind == "yes_no":
        return forms.TypedChoiceField(
            choices=[("", _("not said")), ("yes", _("yes")), ("no", _("no"))],
            coerce=lambda v: v == "yes", empty_value=None, **common,
        )  # fmt: skip
    if field.kind == "number":
        return forms.FloatField(min_value=0, **common)
    if field.kind == "date":
        return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **common)
    if field.kind == "time":
        return forms.TimeField(widget=forms.TimeInput({"type": "time"}, format="%H:%M"), **common)
    widget = forms.Textarea({"rows": 2}) if field.lines > 1 else forms.TextInput()
    return forms.CharField(max_length=2000, widget=widget, **common)


def _ask(form: Any, hidden: frozenset[str], stored: Mapping[str, Any]) -> None:
    """Add the questions of the one-page form, with what was answered before."""
    form.asked = [f for key, f in dead_body_fields().fields.items() if key not in hidden]
    for field in form.asked:
        form.fields[f"q-{field.key}"] = _question(field)
        value = stored.get(field.key)
        if field.kind == "yes_no" and isinstance(value, bool):
            value = "yes" if value else "no"
        form.initial[f"q-{field.key}"] = value


def parts_of(form: Any) -> tuple[list[Any], list[dict[str, Any]]]:
    """The fields before the questions and after them, and the questions by the sections of the form."""
    own = [f for f in form if not f.name.startswith("q-")]
    parts = []
    for section in dead_body_fields():
        asked = [form[f"q-{f.key}"] for f in section.fields if f"q-{f.key}" in form.fields]
        if asked:
            wrong = any(f.errors for f in asked)
            label = f"{section.letter} · {section.label.of(language())}" if section.letter else ""
            parts.append({"label": label or section.label.of(language()), "fields": asked, "open": wrong})
    return own, parts


def answers_of(form: Any) -> dict[str, Any]:
    """What was answered, by the keys of the form."""
    found: dict[str, Any] = {}
    for field in form.asked:
        value = form.cleaned_data.get(f"q-{field.key}")
        if isinstance(value, list):
            value = tuple(value)
        if value not in (None, "", (), {}):
            found[field.key] = value
    return found


class _Sections:
    """What the template of the one-page form asks."""

    def own(self) -> list[Any]:
        """Fields that are no questions."""
        return parts_of(self)[0]

    def parts(self) -> list[dict[str, Any]]:
        """Questions by section; a section with a fault is open."""
        return parts_of(self)[1]


class OneBodyForm(_Sections, Seen):
    """The one-page form of a unit."""

    def __init__(self, *args: Any, unit: Unit, hidden: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, initial={"seen": unit.revision}, **kwargs)
        _ask(self, hidden | dead_body_fields().sensitive, unit.form)
        _ask_sealed(self)
        self.order_fields([*(f for f in self.fields if f.startswith("q-")), "reason", "seen"])


def _ask_sealed(form: Any) -> None:
    """Questions that name people: empty again, because what was answered is sealed."""
    for key, field in dead_body_fields().fields.items():
        if field.sensitive:
            form.fields[f"q-{key}"] = _question(field)
            form.fields[f"q-{key}"].help_text = _("Sealed. Left empty, what was written before stays.")
            form.asked.append(field)


class QuickForm(_Sections, editing.RecordForm):
    """A new unit and its one-page form on one page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = frozenset({"recovered_place", "recovered_coordinates", "recovered_on", "recovered_time"})
        _ask(self, places | dead_body_fields().sensitive, {})
        _ask_sealed(self)


class EffectForm(forms.Form):
    """Clothing, jewellery, papers or another thing."""

    code = forms.ChoiceField(label=_("What it is"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [  # type: ignore[attr-defined]
            (group.label, [(code.code, code.label) for code in group.codes]) for group in effects.groups()
        ]
        self.fields.update(_EFFECT)
        self.fields["region"] = forms.ChoiceField(
            label=_("taken from"), required=False, choices=[("", _("not said")), *regions(language()).items()]
        )


class PhotosForm(forms.Form):
    """Photographs, and what is said of all of them."""

    photos = FilesField(label=_("Photographs"), accept=PICTURES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(_PHOTO)


class AssociateForm(forms.Form):
    """That another unit belongs to this one."""

    other = forms.CharField(label=_("Number of the other unit"), max_length=40)
    kind = forms.ChoiceField(label=_("How"), choices=Association.Kind.choices)
    why = forms.CharField(label=_("What shows it"), max_length=300)


class NatureForm(Seen):
    """Whether it concerns the search at all."""

    nature = _UNIT["nature"]


class WhyForm(forms.Form):
    """Why something is taken back, or opened."""

    reason = forms.CharField(label=_("Why"), max_length=300)
