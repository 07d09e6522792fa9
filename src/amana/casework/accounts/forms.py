"""The forms of accounts, people and offices."""

from __future__ import annotations

import datetime
import zoneinfo
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office, Sharing, Token, User
from amana.casework.accounts.roles import bundles, roles
from amana.casework.accounts.signin_forms import NEW_PASSWORD

LANGUAGES = [("ar", "العربية"), ("en", "English")]


class Day(forms.DateInput):
    """A day, from the browser's calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Reason(forms.Form):
    """Why: asked before every act that takes something away."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class Empty(forms.Form):
    """Asks for nothing but a yes."""


class Preferences(forms.Form):
    """How somebody reads."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    digits = forms.ChoiceField(label=_("Digits"), choices=User.Digits.choices)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = _zones()  # type: ignore[attr-defined]


def _zones() -> list[tuple[str, str]]:
    near = [
        "Asia/Damascus", "Asia/Beirut", "Asia/Amman", "Asia/Baghdad", "Europe/Istanbul", "Africa/Cairo",
        "Europe/Berlin", "UTC",
    ]  # fmt: skip
    rest = sorted(
        z for z in zoneinfo.available_timezones() if "/" in z and not z.startswith(("Etc/", "posix", "right"))
    )
    return [(z, z.replace("_", " ")) for z in dict.fromkeys([*near, *rest])]


class NewToken(forms.Form):
    """What carries it, what it is on, how long it lives."""

    kind = forms.ChoiceField(label=_("What it is for"), choices=Token.Kind.choices)
    label = forms.CharField(
        label=_("What it is on"),
        max_length=80,
        help_text=_("So that you know which one to end when it is lost."),
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("one year"))],
        initial=90,
    )

    @property
    def lives(self) -> Any:
        """Until when."""
        return timezone.now() + datetime.timedelta(days=self.cleaned_data["days"])


class PersonNames(forms.Form):
    """How a person is called."""

    name_en = forms.CharField(label=_("Name in Latin letters"), max_length=120)
    name_ar = forms.CharField(label=_("Name in Arabic letters"), max_length=120)


class ChangePerson(PersonNames, Reason):
    """A correction, with why."""

    field_order = ("name_en", "name_ar", "reason")


class Roles(forms.Form):
    """Roles or bundles, for a period."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Several at once if one person does the work of several."),
    )
    start = forms.DateField(label=_("From"), widget=Day, required=False, help_text=_("Empty: from today."))
    end = forms.DateField(
        label=_("Last day"), widget=Day, required=False, help_text=_("Empty: until somebody ends it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [  # type: ignore[attr-defined]
            (_("For a small office"), [(b.name, _with_roles(b)) for b in bundles().values()]),
            (_("Single roles"), [(r.name, _with_factor(r)) for r in roles().values()]),
        ]


def _with_roles(bundle: Any) -> str:
    return f"{bundle.label}: {comma().join(roles()[r].label for r in bundle.roles)}"


def _with_factor(role: Any) -> str:
    needs_one = _("needs a second factor")
    return f"{role.label} ({needs_one})" if role.privileged else role.label


def comma() -> str:
    """What stands between the words of a list."""
    return "، " if get_language() == "ar" else ", "


class NewPerson(PersonNames):
    """A person of one's own office."""

    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=60,
        help_text=_("Small Latin letters, digits, dot, dash. It stays for good."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial="ar")
    field_order = ("username", "name_ar", "name_en", "language")


class EndRole(Reason):
    """When, and why."""

    last_day = forms.DateField(
        label=_("Last day"), widget=Day, required=False, help_text=_("Empty: it ends now.")
    )
    field_order = ("last_day", "reason")


class AskRecovery(Reason):
    """For whom, and how one knows that it is them."""

    username = forms.CharField(
        label=_("Sign-in name of the person"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}),
    )
    field_order = ("username", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "What was lost, and how you made sure that it is this person who asks."
        )


class UseCode(forms.Form):
    """A code that somebody was told, and the password it is for."""

    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "dir": "ltr"}),
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "dir": "ltr"}),
        help_text=_("Sixteen letters and digits that an administrator told you."),
    )
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=NEW_PASSWORD,
    )
    again = forms.CharField(
        label=_("New password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """Both the same."""
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("The two passwords differ."))
        return again


class OfficeNames(forms.Form):
    """What an office is and is called."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Office.Kind.choices)
    name_ar = forms.CharField(label=_("Name in Arabic"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120)


class NewOffice(OfficeNames):
    """A new one."""

    code = forms.CharField(
        label=_("Code"),
        max_length=5,
        help_text=_(
            "Two to five Latin letters, such as HMS. Numbers of records begin with it; it stays for good."
        ),
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false", "autocapitalize": "characters"}),
    )
    field_order = ("code", "kind", "name_ar", "name_en")


class ChangeOffice(OfficeNames, Reason):
    """A correction, with why."""

    field_order = ("kind", "name_ar", "name_en", "reason")


class Share(forms.Form):
    """With whom, what, on what ground."""

    receiver = forms.ModelChoiceField(label=_("With which office"), queryset=Office.objects.none())
    scope = forms.ChoiceField(label=_("What is shared"), choices=Sharing.Scope.choices)
    ground = forms.CharField(
        label=_("Agreement or legal basis"),
        max_length=200,
        help_text=_("Such as the number of the agreement."),
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].queryset = others  # type: ignore[attr-defined]
