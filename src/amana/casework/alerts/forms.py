"""Forms of the desk: one for each act, and what an operator asks on the telephone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from amana.casework.alerts import rules
from amana.casework.alerts.models import Alert
from amana.casework.alerts.reporting_form import ReportForm
from amana.casework.alerts.services.opening import REASONS
from amana.casework.common.faults import in_words
from amana.casework.incidents.models import Incident
from amana.casework.sites.models import Site

OTHER_REASON = "other"


class ActForm(forms.Form):
    """An act on what the page showed: ``seen`` is the revision that it was drawn from."""

    use_required_attribute = False

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ReasonForm(ActForm):
    """An act that has to say why."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=1000,
        help_text=_("It stays in the history. Write nothing that shows who reported."),
    )  # fmt: skip


def _summary(required: bool) -> forms.CharField:
    return forms.CharField(
        label=_("What it is, in one sentence of yours"), required=required, max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=_(
            "Everybody who sees alerts reads it. No name, no telephone number, nothing that shows who "
            "reported. For example: “Bones beside a well; three skulls were named.”"
        ),
    )  # fmt: skip


class AcknowledgeForm(ActForm):
    """The office's own sentence."""

    summary = _summary(required=True)


class CorrectForm(ReasonForm):
    """The sentence, said better."""

    summary = _summary(required=True)

    field_order = ("summary", "reason", "seen")


class TriageForm(ActForm):
    """How soon somebody must act, and what is in danger."""

    priority = forms.ChoiceField(
        label=_("How soon must somebody act?"), widget=forms.RadioSelect,
        choices=[c for c in Alert.Priority.choices if c[0]],
    )  # fmt: skip
    danger_to_life = forms.BooleanField(
        label=_("People are in danger there"), required=False,
        help_text=_("Mines, fighting, walls or wells that may give way, people who dig by hand."),
    )  # fmt: skip
    tampering_risk = forms.BooleanField(label=_("Somebody may remove or destroy it"), required=False)
    weather_risk = forms.BooleanField(
        label=_("Rain, water, dogs or other animals threaten it"), required=False
    )
    witness_risk = forms.BooleanField(
        label=_("The reporter is in danger"), required=False,
        help_text=_("Then nobody calls back unless the reporter asked for it, and nobody names the village."),
    )  # fmt: skip
    find_age = forms.ChoiceField(
        label=_("How old does the find seem?"), choices=[*Alert.Age.choices], initial=Alert.Age.UNKNOWN,
        required=False,
    )  # fmt: skip

    def clean_find_age(self) -> str:
        """Not known, where nothing was chosen."""
        return self.cleaned_data["find_age"] or Alert.Age.UNKNOWN


class AssignForm(ActForm):
    """Who has it from now on."""

    to = forms.ChoiceField(label=_("Who takes it?"))

    def __init__(self, *args: Any, people: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(p.pk): p for p in people}
        roles = {k: str(_now(", ")).join(str(r.label) for r in p.roles) for k, p in self.people.items()}
        shown = [(k, f"{p} ({roles[k]})") for k, p in self.people.items()]
        self.fields["to"].choices = [("", _now("choose a person")), *shown]  # type: ignore[attr-defined]

    def clean_to(self) -> Any:
        """The person."""
        return self.people[self.cleaned_data["to"]]


class ReferForm(ActForm):
    """Whom it goes to, and what they were told."""

    to = forms.CharField(
        label=_("Who takes it over?"),
        max_length=120,
        help_text=_("An office or organisation, and whom there."),
    )
    words = forms.CharField(
        label=_("What were they told, and how?"), widget=forms.Textarea({"rows": 3}), max_length=1000,
        help_text=_("For example: “By telephone to the shift leader; place and number of skulls, no name.”"),
    )  # fmt: skip


class LinkForm(ActForm):
    """An incident or a site that is there."""

    incident = forms.ChoiceField(label=_("Incident"), required=False)
    site = forms.ChoiceField(label=_("Site"), required=False)
    reason = forms.CharField(
        label=_("Reason, where a link is changed or taken away"), required=False, max_length=1000,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip

    MOST = 100

    def __init__(self, *args: Any, user: Any, alert: Alert, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        incidents = Incident.objects.visible_to(user)
        newest = list(incidents.filter(state=Incident.State.OPEN).order_by("-number")[: self.MOST])
        self.incidents = _with(newest, alert.incident_id, incidents)
        sites = Site.objects.visible_to(user).select_related("incident")
        self.sites = _with(list(sites.order_by("-number")[: self.MOST]), alert.site_id, sites)
        none = [("", _now("none"))]
        self.fields["incident"].choices = none + [(k, f"{i} ({i.number})") for k, i in self.incidents.items()]  # type: ignore[attr-defined]
        self.fields["site"].choices = none + [(k, f"{s} ({s.number})") for k, s in self.sites.items()]  # type: ignore[attr-defined]

    def clean_incident(self) -> Any:
        """The incident, or none."""
        return self.incidents.get(self.cleaned_data["incident"])

    def clean_site(self) -> Any:
        """The site, or none."""
        return self.sites.get(self.cleaned_data["site"])


def _with(rows: list[Any], key: Any, every: Any) -> dict[str, Any]:
    """These rows and the one that is linked now, by their keys."""
    found = {str(r.pk): r for r in rows}
    if key is not None and str(key) not in found:
        found |= {str(r.pk): r for r in every.filter(pk=key)}
    return found


class NewForm(ActForm):
    """Names of an incident or a site that is made from an alert."""

    name_en = forms.CharField(label=_("Name in English"), max_length=120)
    name_ar = forms.CharField(label=_("Name in Arabic"), max_length=120)


class MergeForm(ReasonForm):
    """The alert that goes on."""

    head = forms.CharField(
        label=_("Number of the alert that goes on"), max_length=60,
        help_text=_("This alert then stands in that one. Both keep their numbers and words."),
    )  # fmt: skip

    field_order = ("head", "reason", "seen")


class VerdictForm(forms.Form):
    """What a person makes of two alerts, each as it was shown."""

    use_required_attribute = False

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=1000, widget=forms.Textarea({"rows": 2}),
        help_text=_("Needed where the two are merged. Write nothing that shows who reported."),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    other_seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class OpenForm(forms.Form):
    """Why protected text is opened: one tap, or another reason in words."""

    why = forms.ChoiceField(choices=[*REASONS.items(), (OTHER_REASON, _("another reason"))])
    reason = forms.CharField(required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        """The reason in words."""
        super().clean()
        why = self.cleaned_data.get("why", "")
        if why in REASONS:
            self.cleaned_data["reason"] = str(REASONS[why])
        return self.cleaned_data


class AddForm(forms.Form):
    """What somebody told an operator later."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("What was added?"), widget=forms.Textarea({"rows": 4}), max_length=20_000,
        help_text=_("It is sealed, like what was reported at first."),
    )  # fmt: skip


# Telephone and walk-in: the questions of the public form, in the order in which one asks them


SAFETY = (
    _("Are you safe where you are now? If not, go to a safe place first and call again."),
    _("Please do not touch anything and do not move anything."),
    _("Stay away from the place and keep others away. There may be mines."),
    _("Nobody may ask you for money: not for a report and not for news of a missing person."),
    _("You may stay unknown. You do not have to tell me your name."),
)
"""What is said before any question."""

CLOSING = (
    _("I will read you a code. Please write it down: with it you can add to your report."),
    _("Please keep away from the place until somebody comes. Thank you for calling."),
)
"""What is said at the end."""

_ASKED: tuple[tuple[Any, Any, tuple[str, ...]], ...] = (
    (
        _("What was seen"),
        _("Please tell me what you saw, in your own words. Take your time."),
        ("account",),
    ),
    (
        _("Where"),
        _("Where is it? Which village or quarter is nearest, and how does one get there?"),
        ("place_name", "place_words", "position", "as_written"),
    ),
    (
        _("How many, and of what"),
        _("Is it bodies, bones, or a grave? About how many? Please do not go back to count."),
        ("counted", "count_words"),
    ),
    (_("When"), _("When did you see it?"), ("seen_on", "when_words")),
    (
        _("Danger"),
        _("Did you see anything dangerous: mines, shells, wires, armed people, walls that may fall?"),
        ("dangers",),
    ),
    (
        _("Whether it is as it was"),
        _("Is somebody digging there, or taking something away? Was anything moved before you came?"),
        ("digging", "touched"),
    ),
    (
        _("Photos"),
        _("Do you have photos or a short video? You can add them later with the code."),
        ("files", "photo_place"),
    ),
    (
        _("How to reach the caller"),
        _("Do you want to stay unknown? If we may call you back: on which number, and when is it safe?"),
        ("wish", "reporter", "phone", "contact"),
    ),
)  # fmt: skip


class EnterForm(ReportForm):
    """What an operator fills in while somebody tells it."""

    channel = forms.ChoiceField(
        label=_("How does it come?"), widget=forms.RadioSelect, initial=Alert.Channel.PHONE,
        choices=[c for c in Alert.Channel.choices if c[0] != Alert.Channel.WEB],
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language of the caller"), choices=[("ar", "العربية"), ("en", "English")], initial="ar",
        widget=forms.RadioSelect,
    )  # fmt: skip
    summary = _summary(required=False)

    use_required_attribute = False

    def clean_summary(self) -> str:
        """A sentence that can stand, where one was written: the alert is then acknowledged at once."""
        summary = self.cleaned_data["summary"].strip()
        if summary and (faults := rules.against_summary(summary)):
            raise ValidationError([in_words(p) for p in faults])
        return summary

    def asked(self) -> Iterator[dict[str, Any]]:
        """The parts of the talk: heading, the sentence to say in both languages, and the fields."""
        for heading, sentence, names in _ASKED:
            yield {"heading": heading, "say": both(sentence), "fields": [self[n] for n in names]}

    def said(self) -> dict[str, Any]:
        """What the service takes."""
        return {**super().said(), "language": self.cleaned_data["language"]}


def both(sentence: Any) -> list[dict[str, str]]:
    """A sentence in both languages, the reader's first."""
    first = "ar" if get_language() == "ar" else "en"
    found = []
    for code in sorted(("ar", "en"), key=lambda c: c != first):
        with override(code):
            found.append({"language": code, "text": str(sentence)})
    return found
