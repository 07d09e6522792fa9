"""What the pages of accounts show.  ``{% load accounts %}``."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# In this order: Edge and Opera also say Chrome, Chrome also says Safari.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


@register.filter
def browser(user_agent: str) -> str:
    """``{{ session.user_agent|browser }}``: which browser on what, as far as it says so itself."""
    name = next((shown for sign, shown in _BROWSERS if sign in user_agent), "")
    system = next((shown for sign, shown in _SYSTEMS if sign in user_agent), "")
    if not name or not system:
        return name or system or _("unknown browser")
    return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
