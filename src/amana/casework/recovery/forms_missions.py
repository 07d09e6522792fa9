"""Forms of missions, hand-overs and irregularities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import User
from amana.casework.common.reading import refuse_no_time
from amana.casework.incidents.forms import fields_of
from amana.casework.incidents.models import Incident
from amana.casework.recovery.models import Member, Mission, Surrender
from amana.casework.recovery.services.missions import NewMember
from amana.casework.recovery.services.surrender import LONGEST
from amana.casework.sites.models import Spot

_MISSION = fields_of(Mission, ("name", "planned_for", "plan", "exhumes", "briefing", "outcome"))
_MEMBER = fields_of(Member, ("name", "task"))
_SURRENDER = fields_of(Surrender, ("capacity", "lifted_on"))


def moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    """A time that may be left empty for now."""
    control = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label, required=False, widget=control, help_text=help_text, validators=[refuse_no_time]
    )


class Seen(forms.Form):
    """Carries what the page showed when it was opened, so that nobody acts on what has changed since."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class _Why(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300)


class PlanForm(forms.Form):
    """A new mission."""

    name = _MISSION["name"]
    planned_for = _MISSION["planned_for"]
    leader = forms.ModelChoiceField(User.objects.none(), label=_("Team leader"), empty_label=None)
    plan = _MISSION["plan"]
    exhumes = _MISSION["exhumes"]
    team = forms.CharField(
        label=_("Others in the team"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_(
            "One person on each line: name, then a comma and the task. More can be added later, also "
            "colleagues with an account."
        ),
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["leader"]
        field.queryset = User.objects.filter(pk__in=[p.pk for p in people]).order_by("username")
        self.fields["exhumes"].help_text = _(
            "Then an authorisation is needed before the mission is released."
        )

    def clean_team(self) -> list[NewMember]:
        """The people on its lines."""
        found = []
        for line in self.cleaned_data["team"].splitlines():
            name, _comma, task = line.replace("،", ",").partition(",")
            if name.strip():
                found.append(NewMember(task.strip()[:80], name=name.strip()))
        return found


class ChangePlanForm(PlanForm, Seen):
    """A changed plan."""

    reason = forms.CharField(
        label=_("Why this is changed"),
        max_length=300,
        help_text=_("The team has to be briefed again. Whoever changes the plan does not release it."),
    )
    team = None


class MemberForm(forms.Form):
    """One more person in the team."""

    user = forms.ModelChoiceField(
        User.objects.none(), label=_("A colleague"), required=False, empty_label=_("none of these")
    )
    name = _MEMBER["name"]
    task = _MEMBER["task"]

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset = User.objects.filter(pk__in=[p.pk for p in people]).order_by("username")
        self.fields["name"].label = _("Or somebody without an account")
        self.fields["name"].required = False


class BriefingForm(Seen):
    """What the team was told, when, and who was there."""

    briefing = _MISSION["briefing"]
    members = forms.MultipleChoiceField(
        label=_("Who was told"), widget=forms.CheckboxSelectMultiple, required=False
    )
    briefed_at = moment(_("When"), _("Left empty: now."))
    field_order = ("briefing", "members", "briefed_at", "seen")

    def __init__(self, *args: Any, members: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["members"]
        choices.choices = [(str(m.pk), f"{m} · {m.task}") for m in members]
        self.fields["briefing"].required = True
        self.fields["briefing"].help_text = _(
            "The work, the limits of the cleared ground, what to do when something suspicious is seen, the "
            "way back, who is called in need."
        )


class StartForm(Seen):
    """The team is on the site."""

    started_at = moment(_("Since when"), _("Left empty: now."))


class EndForm(Seen):
    """The team has left the site."""

    outcome = _MISSION["outcome"]
    ended_at = moment(_("When the last one left the site"), _("Left empty: now."))
    field_order = ("outcome", "ended_at", "seen")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].required = True


class RecallForm(_Why, Seen):
    """Why the team is called back."""


class CancelForm(_Why, Seen):
    """Why it does not go."""


class _SpotField(forms.ModelChoiceField):
    """Spots of one incident, with the site's name."""

    def label_from_instance(self, spot: Any) -> str:
        """Label and site."""
        return f"{spot.label} · {spot.site}"


class SurrenderForm(forms.Form):
    """What is said at a hand-over."""

    capacity = _SURRENDER["capacity"]
    pictures = forms.BooleanField(label=_("There are pictures of the remains in their place"), required=False)
    position = forms.BooleanField(label=_("The position was measured then"), required=False)
    shown = forms.BooleanField(label=_("They showed us the place on the ground"), required=False)
    described = forms.BooleanField(label=_("They described the place"), required=False)
    mixed = forms.BooleanField(label=_("Remains of several places may be mixed"), required=False)
    spot = _SpotField(Spot.objects.none(), label=_("Spot"), required=False, empty_label=_("not known which"))
    lifted_on = _SURRENDER["lifted_on"]
    account = forms.CharField(
        label=_("How they came to it, in their words"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Sealed. Only those who must know open it, and each opening is on record."),
    )
    person = forms.CharField(
        label=_("Name and contact, only if they wish"),
        required=False,
        max_length=300,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("Sealed. It helps to ask for an elimination sample later. It can be erased at any time."),
    )

    def __init__(self, *args: Any, user: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spots = Spot.objects.visible_to(user).filter(site__incident=incident).select_related("site")
        self.fields["spot"].queryset = spots.order_by("site__number", "label")  # type: ignore[attr-defined]


class ChangeSurrenderForm(SurrenderForm, Seen):
    """Corrected answers, or what was said later."""

    reason = forms.CharField(label=_("Why this is changed"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("account", "person"):
            self.fields[name].help_text = _("Left empty, what was sealed before stays.")


class AnswerForm(forms.Form):
    """What was done about an irregularity."""

    answer = forms.CharField(
        label=_("What was done about it"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("It stays as it is written, with your name."),
    )
