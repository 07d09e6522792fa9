"""Forms of what is done at a site: each asks for what its service needs, in the model's words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.casework.files.forms import FilesField
from amana.casework.incidents.forms import fields_of, form_of
from amana.casework.sites.models import (
    Access,
    Authorisation,
    Clearance,
    Dismissal,
    Search,
    Tally,
    Tampering,
    Waiver,
    Watch,
)
from amana.casework.sites.services.common import PAPERS


class Seen(forms.Form):
    """What the person had before them when the page was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, label=_("What was seen"))


class Why(forms.Form):
    """Words that are always needed."""

    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea({"rows": 3}), help_text="")


class StateForm(Seen, Why):
    """One step of a site's state."""


class LookForm(forms.Form):
    """The second look."""

    agrees = forms.TypedChoiceField(
        label=_("What you found"),
        choices=[("yes", _("no remains: I agree")), ("no", _("the site stays"))],
        coerce=lambda v: v == "yes",
        widget=forms.RadioSelect,
    )
    second_words = forms.CharField(
        label=_("What your look showed"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


class PaperForm(forms.Form):
    """A paper: a scan or a photograph of it."""

    document = FilesField(label=_("The paper"), accept=PAPERS, help_text=_("PDF or picture."))


class _WithPaper(Seen):
    """May bring a paper with it."""

    document = FilesField(
        label=_("The paper"),
        accept=PAPERS,
        required=False,
        help_text=_("PDF or picture. It can follow later."),
    )


def _long(form: forms.Form, *names: str) -> None:
    """Room for sentences."""
    for name in names:
        form.fields[name].widget = forms.Textarea({"rows": 3})


DismissForm = form_of(Dismissal, ("reason",), Seen)


class _Asking(Seen):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].label = _("Which part is to be examined")
        self.fields["note"].label = _("Signs of danger, and how to get there")
        _long(self, "note")


RequestForm = form_of(Clearance, ("area", "note"), _Asking)


class _Result(_WithPaper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.fields
        results = ("cleared", "restricted", "not_clearable")
        fields["result"] = forms.ChoiceField(
            label=_("What was found"),
            choices=[c for c in fields["result"].choices if c[0] in results],  # type: ignore[attr-defined]
            widget=forms.RadioSelect,
        )
        for name in ("organisation", "method", "done_on", "reference"):
            fields[name].required = True
        fields["area"].help_text = _(
            "Where only a part is cleared: which part, so that people can stay inside it."
        )
        fields["note"].help_text = _("Where not all is cleared: what remains dangerous, and where.")
        _long(self, "area", "note")


ClearanceForm = form_of(
    Clearance, ("result", "organisation", "method", "done_on", "reference", "area", "note"), _Result
)


class WarnForm(forms.Form):
    """New signs of danger."""

    note = forms.CharField(
        label=_("What was seen, and where"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


class _Waiving(Seen):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _long(self, "reason", "measures")
        self.fields["measures"].help_text = _(
            "Marked lanes, who leads, what is not touched, who can be called."
        )
        self.fields["until"].help_text = _("At most 30 days from now.")


WaiverForm = form_of(Waiver, ("reason", "measures", "until"), _Waiving)


class AgreeForm(forms.Form):
    """The second person's answer to a waiver."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[("agree", _("I agree and answer for it as well")), ("refuse", _("I refuse"))],
        widget=forms.RadioSelect,
    )
    revoked_why = forms.CharField(
        label=_("If you refuse: why"), max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )


class RevokeForm(forms.Form):
    """The end of a waiver."""

    revoked_why = forms.CharField(label=_("Why it ends"), max_length=300, widget=forms.Textarea({"rows": 2}))


class _Deciding(_WithPaper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["authority"].help_text = _("Prosecutor, court or commission, with its place.")


AuthorisationForm = form_of(
    Authorisation, ("authority", "reference", "given_on", "until", "scope"), _Deciding
)


class WithdrawForm(forms.Form):
    """A decision that no longer holds."""

    withdrawn_why = forms.CharField(
        label=_("Why it no longer holds"), max_length=300, widget=forms.Textarea({"rows": 2})
    )


class _Entering(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["left_at"].help_text = _("Empty while they are inside.")
        self.fields["people"].min_value = 1  # type: ignore[attr-defined]


EntryForm = form_of(Access, ("organisation", "people", "purpose", "entered_at", "left_at"), _Entering)
ExitForm = form_of(Access, ("left_at",))


class WatchForm(forms.Form):
    """How often a site is visited."""

    every_days = forms.IntegerField(
        label=_("Every how many days"), required=False, min_value=1, max_value=366,
        help_text=_("Empty: it is not visited regularly any more."),
    )  # fmt: skip
    first = forms.DateField(
        label=_("Next visit"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("Why"), max_length=300)


_TAMPERING = fields_of(Tampering, ("kind", "happened_on", "going_on", "words"))


class _Visiting(forms.Form):
    kind = forms.ChoiceField(label=_("If it was disturbed: what was done"), required=False)
    going_on = forms.BooleanField(label=_TAMPERING["going_on"].label, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.fields
        fields["kind"].choices = [("", "---------"), *Tampering.Kind.choices]  # type: ignore[attr-defined]
        fields["seen"] = forms.ChoiceField(
            label=fields["seen"].label, choices=Watch.Seen.choices, widget=forms.RadioSelect
        )
        fields["note"].help_text = _("Needed where it was disturbed.")
        _long(self, "note")


VisitForm = form_of(Watch, ("visited_at", "seen", "note"), _Visiting)


class _Disturbed(forms.Form):
    danger = forms.CharField(
        label=_("New signs of mines or shells, if there are any"), max_length=500, required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("With this the site counts as not examined, and missions there must stop."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _long(self, "words")


TamperingForm = form_of(Tampering, ("kind", "words", "happened_on", "going_on"), _Disturbed)


class CloseForm(forms.Form):
    """What was done about a report."""

    outcome = forms.CharField(
        label=_("What was done about it"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


class _Searching(forms.Form):
    outline = forms.CharField(
        label=_("Corners of the area"), required=False, max_length=60_000, widget=forms.Textarea({"rows": 4}),
        help_text=_(
            "One position on each line, in any notation; or a GeoJSON polygon. The size is "
            "calculated."
        ),
    )  # fmt: skip
    field_order = (
        "method", "searched_on", "team", "area", "found", "not_found", "conditions", "outline",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _long(self, "area", "found", "not_found")
        self.fields["not_found"].help_text = _("It matters as much: nobody has to look there again.")


SearchForm = form_of(
    Search, ("method", "searched_on", "team", "area", "found", "not_found", "conditions"), _Searching
)


class _SpotField(forms.ModelChoiceField):
    """Spots of one site."""

    def label_from_instance(self, spot: Any) -> str:
        """Its label."""
        return str(spot.label)


class _Tallying(forms.Form):
    def __init__(self, *args: Any, spots: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.fields
        fields["spot"] = _SpotField(spots, label=_("Spot"), required=False, empty_label=_("the whole site"))
        fields["words"].label = _("How many, in figures or words")
        fields["words"].help_text = _(
            "4 · 20 to 25 · at least 3 · about ten. What the words say is kept with them."
        )
        fields["low"].help_text = fields["high"].help_text = _("Left empty, it is read from the words.")
        self.order_fields(("spot", "counted", "category", "words", "basis", "method", "counted_on"))


TallyForm = form_of(
    Tally,
    ("counted", "category", "words", "basis", "method", "counted_on", "low", "high", "words_ar"),
    _Tallying,
)
