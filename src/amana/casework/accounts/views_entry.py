"""Ways in that need no sign-in: with a code, and into the demo."""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from amana.casework.accounts import forms
from amana.casework.accounts.adapter import AccountAdapter, set_language_cookie
from amana.casework.accounts.credentials import enter_with_code
from amana.casework.accounts.demo import is_open
from amana.casework.accounts.models import User
from amana.casework.accounts.roles import roles
from amana.casework.common.access import open_to_all
from amana.casework.common.faults import add_to_form
from amana.problems import InputProblems

TRIES = {"code": "5/10m/key,20/10m/ip"}
"""As many as for passwords: for a name, and for an address."""
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@open_to_all
@sensitive_post_parameters()
def recovery_use(request: Any) -> HttpResponse:
    """Set a password with a code that somebody was told: the first time, or after a recovery."""
    form = forms.UseCode(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["username"].strip().lower()
        tried = ratelimit.consume(request, app="amana", action="code", config=TRIES, key=name)
        if tried is None:
            form.add_error(None, AccountAdapter.error_messages["too_many_login_attempts"])
        else:
            try:
                enter_with_code(name, form.cleaned_data["code"], form.cleaned_data["password"])
            except InputProblems as problems:
                if all(p.code == "accounts.weak-password" for p in problems.problems):
                    tried.rollback()  # the code was right
                add_to_form(form, problems)
            else:
                tried.rollback()
                messages.success(request, _("Your password is set. Sign in with it now."))
                return redirect("account_login")
    return render(request, "accounts/recovery_use.html", {"form": form})


@open_to_all
def demo_sign_in(request: Any) -> HttpResponse:
    """Be anybody of the demo with one click; for everybody else this page does not exist."""
    if not is_open(request):
        raise Http404
    people = User.objects.filter(is_active=True).select_related("office").prefetch_related("holdings")
    if request.method == "POST":
        user = next((p for p in people if p.username == request.POST.get("username")), None)
        if user is None:
            raise Http404
        login(request, user, backend=_BACKEND)
        request.session["demo"] = True
        UserSession.objects.create_from_request(request)
        response = redirect("home")
        set_language_cookie(response, request.LANGUAGE_CODE)
        return response
    return render(request, "accounts/demo_sign_in.html", {"groups": _by_role(people)})


def _by_role(people: Any) -> list[dict[str, Any]]:
    """Every role that somebody holds, in the order of the path, with who holds it."""
    groups = [
        {"role": role.label, "people": [p for p in people if role in p.roles]} for role in roles().values()
    ]
    return [g for g in groups if g["people"]]
