"""The questions of a report: on the public page, and as what an operator asks on the telephone.

They are asked in the words in which somebody is asked.  Nothing is refused that can be kept as words.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amana.casework.alerts.models import Alert, Danger, Known
from amana.casework.alerts.said import LONGEST
from amana.casework.alerts.services.receiving import ACCEPTED
from amana.casework.common.faults import in_words
from amana.casework.files.forms import FilesField
from amana.casework.incidents.models import Counted
from amana.casework.places import queries as places
from amana.geography.coordinates import parse_position
from amana.problems import InputProblems

UNKNOWN_PLACE = "-"
"""Chosen where none of the places is meant, or the reporter cannot say which."""
_DAY = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})")


def _lines(rows: int) -> forms.Textarea:
    """A field of text in which the key for a new line sends nothing."""
    return forms.Textarea({"rows": rows})


def _said(name: str, label: Any, rows: int, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=LONGEST[name], widget=_lines(rows)
    )


class _ShownAgain(forms.Form):
    """A form that can come back before it is asked what it lacks."""

    @classmethod
    def shown_again(cls, data: Any, offered: Sequence[Any]) -> Self:
        """The form with what was typed and the files that are here, and without a word on what is missing."""
        typed = {
            name: field.widget.value_from_datadict(data, {}, name)
            for name, field in cls.base_fields.items()  # type: ignore[attr-defined]
            if not field.widget.value_omitted_from_data(data, {}, name)
        }
        return cls(initial={**typed, "files": list(offered)})


class ReportForm(_ShownAgain):
    """What a report says.  Valid where nothing has to be asked again; :meth:`said` gives it to the service.

    Attributes
    ----------
    choices
        The places that the typed name may mean, where one has to be chosen.
    """

    account = _said(
        "account", _("What did you see?"), 5,
        _("In your own words: what it was, how it lies, what is around it."),
    )  # fmt: skip
    counted = forms.ChoiceField(
        label=_("What is it?"), required=False, widget=forms.RadioSelect,
        choices=[
            (Counted.BODIES, pgettext_lazy("report", "bodies")),
            (Counted.REMAINS, pgettext_lazy("report", "bones or parts of bodies")),
            (Counted.GRAVES, pgettext_lazy("report", "graves, or ground that looks like a grave")),
            (Counted.NOT_STATED, pgettext_lazy("report", "I am not sure")),
        ],
    )  # fmt: skip
    count_words = _said(
        "count_words", _("How many?"), 1,
        _("As you would say it: “four or five”, “about twenty”, “I do not know”. Do not go closer to count."),
    )  # fmt: skip

    place_name = forms.CharField(
        label=_("Village, town or quarter"), required=False, max_length=120,
        help_text=_("In Arabic or Latin letters, or its P-code."),
    )  # fmt: skip
    place_for = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    pcode = forms.CharField(label=_("Which of these is it?"), required=False, max_length=12)
    position = forms.CharField(
        label=_("Coordinates, if you have them"), required=False, max_length=500,
        help_text=_("In any form: numbers, degrees and minutes, UTM, MGRS, or a link from a map."),
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    placed = forms.ChoiceField(
        required=False, choices=[("", ""), *Alert.Placed.choices], widget=forms.HiddenInput
    )
    placed_as = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
    accuracy = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    as_written = forms.BooleanField(label=_("Send it as I wrote it"), required=False)
    place_words = _said(
        "place_words", _("The way there, in your words"), 2,
        _("What is near: a road, a well, a school, a checkpoint; how far, on which side."),
    )  # fmt: skip

    seen_on = forms.CharField(
        label=_("When did you see it?"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"type": "date"}),
    )
    when_words = _said(
        "when_words", _("Or in words"), 1, _("For example: “last Friday”, “since the winter”.")
    )

    dangers = forms.MultipleChoiceField(
        label=_("Is there anything dangerous?"), required=False, choices=Danger.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    digging = forms.ChoiceField(
        label=_("Is somebody digging there, or taking something away?"), required=False,
        choices=Known.choices, initial=Known.UNKNOWN, widget=forms.RadioSelect,
    )  # fmt: skip
    touched = forms.ChoiceField(
        label=_("Was something moved or taken before you came?"), required=False, choices=Known.choices,
        initial=Known.UNKNOWN, widget=forms.RadioSelect,
    )  # fmt: skip

    files = FilesField(label=_("Photos and short videos"), required=False, accept=ACCEPTED)
    photo_place = forms.BooleanField(
        label=_("The photos were taken at this place: use the position that they hold"), required=False
    )

    wish = forms.ChoiceField(
        label=_("Do you want to stay unknown?"), required=False, initial="anonymous",
        widget=forms.RadioSelect,
        choices=[
            ("anonymous", _("Yes. Nobody can contact me.")),
            ("contact", _("No. The office may contact me.")),
        ],
    )  # fmt: skip
    reporter = forms.CharField(
        label=_("Your name, if you wish"), required=False, max_length=LONGEST["reporter"]
    )
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=LONGEST["phone"],
        widget=forms.TextInput({"type": "tel"}),
    )  # fmt: skip
    contact = _said(
        "contact", _("How and when may we contact you?"), 2,
        _("For example: only messages, only in the evening, ask for nobody else."),
    )  # fmt: skip

    keeps_unknown = True
    """Whether name and telephone are left out for whoever wants to stay unknown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices: list[Any] = []

    def clean(self) -> dict[str, Any]:
        """Ask again only what can be neither read nor kept as words."""
        super().clean()
        self._day()
        self._position()
        self._place()
        return self.cleaned_data

    def _day(self) -> None:
        """A day that is none goes to the words for when it was."""
        typed = self.cleaned_data.get("seen_on", "").strip()
        day = day_of(typed)
        self.cleaned_data["seen_on"] = day
        if typed and day is None:
            self._keep_as_words("when_words", typed)

    def _position(self) -> None:
        typed = self.cleaned_data.get("position", "").strip()
        if not typed:
            return
        try:
            parse_position(typed)
        except InputProblems as problems:
            if self.cleaned_data.get("as_written"):
                self.cleaned_data["position"] = ""
                self._keep_as_words("place_words", typed)
            else:
                for problem in problems.problems:
                    self.add_error("position", in_words(problem))

    def _place(self) -> None:
        """The chosen place, the only one of its name, or the choice that has to be made; otherwise words."""
        typed, chosen = (
            self.cleaned_data.get("place_name", "").strip(),
            self.cleaned_data.get("pcode", "").strip(),
        )
        self.cleaned_data["pcode"] = ""
        if not typed:
            return
        settled = self.cleaned_data.get("place_for", "").strip() == typed
        self.choices = list(places.choices_for_name(typed))
        if settled and chosen == UNKNOWN_PLACE:
            self._keep_as_words("place_words", typed)
        elif settled and chosen and (place := place_of(chosen)) is not None:
            self.cleaned_data["pcode"] = place.pcode
        elif len(self.choices) == 1:
            self.cleaned_data["pcode"] = self.choices[0].pcode
            self._keep_as_words("place_words", typed)
        elif self.choices:
            self.add_error("pcode", _now("Several places have this name. Choose one."))
        else:
            self._keep_as_words("place_words", typed)

    def _keep_as_words(self, field: str, typed: str) -> None:
        words = self.cleaned_data.get(field, "")
        self.cleaned_data[field] = "\n".join(w for w in (typed, words) if w)

    def said(self) -> dict[str, Any]:
        """What :func:`~amana.casework.alerts.services.receiving.receive` takes, without the files."""
        given = self.cleaned_data
        anonymous = given["wish"] != "contact"
        said = {
            name: given[name]
            for name in (
                "account", "counted", "count_words", "pcode", "position", "place_words", "seen_on",
                "when_words",
                "dangers", "digging", "touched",
            )
        }  # fmt: skip
        said |= {"anonymous": anonymous}
        if not (anonymous and self.keeps_unknown):
            said |= {name: given[name] for name in ("reporter", "phone", "contact")}
        # What a telephone or a photo said holds for its own text, not for one that was changed afterwards.
        if given["placed"] and given["position"] == given["placed_as"]:
            said |= {"placed": given["placed"], "uncertainty_m": given["accuracy"]}
        return said

    def look_for_place(self) -> None:
        """Show what the typed name may mean, without asking anything else."""
        typed = str(self["place_name"].value() or "").strip()
        self.choices = list(places.search_places(typed)) if typed else []


class AdditionForm(_ShownAgain):
    """What a reporter adds later, or asks for."""

    text = _said("account", _("What do you want to add?"), 5)
    files = FilesField(label=_("Photos and short videos"), required=False, accept=ACCEPTED)
    erase = forms.BooleanField(
        label=_("I ask for my report to be erased"), required=False,
        help_text=_(
            "People will decide: what you reported may be needed as evidence. Name and telephone go "
            "in any case "
            "when it is erased."
        ),
    )  # fmt: skip


def place_of(code: str) -> Any:
    """The place of a P-code that came with a form; None for anything else."""
    return places.place_of(code) if code.isascii() and code.isalnum() else None


def day_of(typed: str) -> datetime.date | None:
    """A day as ``2025-11-20`` or ``20/11/2025``, in Western or Arabic digits; None for anything else."""
    digits = "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in typed)
    found = _DAY.fullmatch(digits.strip())
    if found is None:
        return None
    first, month, last = (int(part) for part in found.groups())
    year, day = (first, last) if len(found[1]) == 4 else (last, first)
    try:
        return datetime.date(year, month, day) if year > 99 else None
    except ValueError:
        return None


def readable(values: Sequence[str]) -> list[str]:
    """Typed texts without the characters that no database keeps and nobody typed."""
    return [_UNREADABLE.sub("", value) for value in values]


_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
