"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amana import __version__

# (name of the page, label, permission that shows it)
_NAVIGATION = (
    ("home", _("Waiting for me"), None),
    ("alerts", _("Alerts"), "alerts.view"),
    ("incidents", _("Incidents"), "incidents.view"),
    ("sites", _("Sites"), "sites.view"),
    ("field", _("Field work"), "recovery.record"),
    ("units", _("Remains"), "recovery.view"),
    ("custody", _("Custody"), "custody.view"),
    ("missing", _("Missing"), "missing.view"),
    ("samples", _("Laboratory"), "laboratory.view"),
    ("candidates", _("Identification"), "identification.view"),
    ("log", _("Log"), "audit.view"),
    ("people", _("People"), "accounts.manage"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Navigation, the demo banner, digits, version."""
    user: Any = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    here = request.resolver_match.url_name if request.resolver_match else None
    section = getattr(request, "section", here)
    navigation = [
        {"url": reverse(name), "label": label, "current": section == name}
        for name, label, may in _NAVIGATION
        if signed_in and (may is None or may in user.granted)
    ]
    from amana.casework.accounts.demo import is_demo

    return {
        "navigation": navigation,
        "account": _account(user) if signed_in else None,
        "is_demo": is_demo(),
        "digits": user.digits if signed_in else "western",
        "version": __version__,
    }


def _account(user: Any) -> dict[str, str]:
    return {
        "name": str(user),
        "office": str(user.office),
        "role": str(_(", ")).join(role.label for role in user.roles),
        "url": reverse("account"),
        "sign_out_url": reverse("account_logout"),
    }
