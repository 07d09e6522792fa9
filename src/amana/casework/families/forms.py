"""Forms about families and relatives."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.casework.families.kin import kin
from amana.casework.families.models import Consent, Member
from amana.casework.incidents.forms import form_of
from amana.casework.missing.models import Sex


class FamilyForm(forms.Form):
    """A new family."""

    reference = forms.CharField(
        label=_("Reference elsewhere"),
        required=False,
        max_length=40,
        help_text=_("A number that another office or organisation uses for this family."),
    )


class MemberForm(forms.Form):
    """A place in a tree."""

    label = forms.CharField(
        label=_("Word for the place"),
        max_length=40,
        help_text=_("Such as father, sister or wife: a word, not a name. Each word only once in a family."),
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=[("", _("not known")), *Sex.choices])
    father = forms.ChoiceField(label=_("Father"), required=False)
    mother = forms.ChoiceField(label=_("Mother"), required=False)
    missing = forms.CharField(
        label=_("Number of the missing person"), required=False, max_length=40,
        help_text=_("If a missing person stands here."),
    )  # fmt: skip
    relative = forms.CharField(
        label=_("Number of the relative"), required=False, max_length=40,
        help_text=_("If a recorded relative stands here."),
    )  # fmt: skip

    def __init__(self, *args: Any, members: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, sex in (("father", "M"), ("mother", "F")):
            fits = [(m.label, _shown(m)) for m in members if m.sex in ("", sex)]
            self.fields[field].choices = [("", _("not in the tree")), *fits]  # type: ignore[attr-defined]


def _shown(member: Member) -> str:
    number = member.missing or member.relative
    return f"{kin(member.label)} ({number})" if number is not None else kin(member.label)


class RelativeForm(forms.Form):
    """A living relative; everything is sealed."""

    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("Sealed at once."))
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=60)
    document_number = forms.CharField(
        label=_("Number of an identity document or of the civil register"), required=False, max_length=60
    )


class FindForm(forms.Form):
    """A number to look a relative up by."""

    phone = forms.CharField(label=_("Telephone"), required=False, max_length=60)
    document_number = forms.CharField(label=_("Document number"), required=False, max_length=60)


class ConsentForm(forms.Form):
    """What a relative agreed to."""

    recipients = forms.MultipleChoiceField(
        label=_("Who may use the data and the sample"),
        choices=Consent.Recipient.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    given_on = form_of(Consent, ("given_on",)).base_fields["given_on"]  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    """Why a consent ends."""

    reason = forms.CharField(label=_("In the relative's words, or how it was said"), max_length=300)
