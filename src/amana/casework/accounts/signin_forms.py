"""The forms of signing in, in our words: allauth does the work."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.adapter import MFAAdapter


def _plain(form: Any, **labels: Any) -> None:
    """Labels instead of placeholders, which go away while one types."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)


class LoginForm(account.LoginForm):  # type: ignore[misc]
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, login=_("Sign-in name"), password=_("Password"))
        self.fields["login"].widget.attrs.update(autocapitalize="none", spellcheck="false", autofocus=True)


class ReauthenticateForm(account.ReauthenticateForm):  # type: ignore[misc]
    """The password again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password=_("Password"))


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    """The old password and a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self, oldpassword=_("Present password"), password1=_("New password"),
            password2=_("New password again"),
        )  # fmt: skip
        self.fields["password1"].help_text = NEW_PASSWORD


NEW_PASSWORD = _("At least twelve characters. Several words that you can remember are better than signs.")


_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


class _Code:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=_("Code"))
        self.fields["code"].widget.attrs.update(autocapitalize="none", spellcheck="false", autofocus=True)  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """Codes are typed with spaces, and in Arabic digits."""
        typed = str(self.cleaned_data["code"]).translate(_DIGITS)  # type: ignore[attr-defined]
        self.cleaned_data["code"] = "".join(typed.split())  # type: ignore[attr-defined]
        return str(super().clean_code())  # type: ignore[misc]


class AuthenticateForm(_Code, mfa.AuthenticateForm):  # type: ignore[misc]
    """A code of the app, or a recovery code."""


class ReauthenticateCodeForm(_Code, mfa.ReauthenticateForm):  # type: ignore[misc]
    """The same, to confirm."""


class ActivateTOTPForm(_Code, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app."""


_UNREADABLE = (KeyError, AttributeError, TypeError, ValueError, IndexError)


def _refused() -> forms.ValidationError:
    return forms.ValidationError(MFAAdapter.error_messages["incorrect_code"])


class _Credential:
    """What the browser sends of a key: what cannot be read is refused, and is no error of the server."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _UNREADABLE:
            raise _refused() from None


class AuthenticateWebAuthnForm(_Credential, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A key as second factor."""


class LoginWebAuthnForm(_Credential, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone."""


class ReauthenticateWebAuthnForm(_Credential, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A key, to confirm."""


class AddWebAuthnForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A new key, with a name to know it by."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        self.fields["name"].help_text = _("So that you know it again when you have several.")
        self.fields["name"].max_length = 60
        self.fields["passwordless"].label = _("Sign in with this key alone, without a password")
        self.fields["passwordless"].help_text = _(
            "The key must then ask for your finger, your face or a PIN."
        )

    def clean(self) -> Any:
        """Refuse what cannot be read."""
        try:
            return super().clean()
        except _UNREADABLE:
            raise _refused() from None


class EditWebAuthnForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    name = forms.CharField(label=_("Name of the key"), max_length=60)
