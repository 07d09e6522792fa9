"""One's own account: roles, how one reads, second factor, sessions, tokens."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth
from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.accounts import credentials, forms, services
from amana.casework.accounts.adapter import set_language_cookie
from amana.casework.accounts.models import Token
from amana.casework.accounts.shown import holding_rows, token_state
from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form
from amana.problems import InputProblems


@needs(None)
def account(request: Any) -> HttpResponse:
    """My account."""
    user = request.user
    form = forms.Preferences(
        request.POST or None,
        initial={"language": user.language, "digits": user.digits, "time_zone": user.time_zone},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.set_preferences(user, **form.cleaned_data)
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            language = form.cleaned_data["language"]
            with translation.override(language):
                messages.success(request, _("Your account shows pages as you chose."))
            response = redirect("account")
            set_language_cookie(response, language)
            return response
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    sessions = UserSession.objects.filter(user=user).count()
    tokens = list(Token.objects.filter(user=user))
    context = {
        "form": form,
        "holdings": holding_rows(user),
        "facts": _facts(user),
        "factor": _factor(kinds),
        "must_have_factor": user.is_privileged,
        "has_factor": bool(set(kinds) - {Authenticator.Type.RECOVERY_CODES}),
        "has_password": user.has_usable_password(),
        "sessions": ngettext("%(n)d browser is signed in.", "%(n)d browsers are signed in.", sessions)
        % {"n": sessions},
        "tokens": [{"token": t, "state": token_state(t)} for t in tokens],
    }
    return render(request, "accounts/account.html", context)


def _facts(user: Any) -> list[dict[str, Any]]:
    return [
        {"label": _("Sign-in name"), "value": user.username, "kind": "id"},
        {"label": _("Name"), "value": str(user)},
        {"label": _("Office"), "value": str(user.office)},
    ]


def _factor(kinds: list[str]) -> list[dict[str, Any]]:
    keys = kinds.count(Authenticator.Type.WEBAUTHN)
    app = Authenticator.Type.TOTP in kinds
    codes = Authenticator.Type.RECOVERY_CODES in kinds
    return [
        {"label": _("Keys and passkeys"), "value": keys, "kind": "number"},
        {"label": _("App with codes"), "value": _("set up") if app else _("none")},
        {"label": _("Recovery codes"), "value": _("set up") if codes else _("none")},
    ]


@needs(None)
def change_password(request: Any) -> HttpResponse:
    """Allauth's page, for people who have a password."""
    if not request.user.has_usable_password():
        messages.info(request, _("This account has no password."))
        return redirect("account")
    return allauth.password_change(request)  # type: ignore[no-any-return]


@needs(None)
@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
def token_new(request: Any) -> HttpResponse:
    """Make a token; its secret is on the page that answers, and nowhere else."""
    form = forms.NewToken(request.POST or None)
    context = {"form": form, "trail": _trail(), "cancel_url": reverse("account")}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            token, secret = credentials.make_token(
                request.user, kind=data["kind"], label=data["label"], expires_at=form.lives
            )
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            context |= {"token": token, "secret": secret}
    return render(request, "accounts/token_new.html", context)


@needs(None)
def token_revoke(request: Any, pk: Any) -> HttpResponse:
    """End a token: one's own, or as an administrator one of the office."""
    token = get_object_or_404(Token.objects.visible_to(request.user).select_related("user"), pk=pk)
    own = token.user_id == request.user.pk
    back = reverse("account") if own else reverse("person", args=[token.user_id])
    if request.method == "POST":
        credentials.revoke_token(request.user, token)
        messages.success(request, _("The token lets nobody in any more."))
        return redirect(back)
    context = {
        "question": _("Revoke the token for %(label)s?") % {"label": token.label},
        "consequences": [_("The device or program is refused from now on, also in the middle of its work.")],
        "form": forms.Empty(),
        "submit": _("Revoke the token"),
        "cancel_url": back,
        "danger": True,
        "trail": _trail() if own else None,
    }
    return render(request, "confirm.html", context)


def _trail() -> list[dict[str, str]]:
    return [{"url": reverse("account"), "label": _("My account")}]
