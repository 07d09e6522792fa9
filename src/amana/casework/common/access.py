"""Who may open a page at all; what they see on it is decided by ``visible_to``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied

View = Callable[..., Any]


def needs(permission: str | None) -> Callable[[View], View]:
    """A page for people who are signed in and hold a permission in some role (None: signed in is enough).

    The permission stands on the view as ``needs``, where the permission matrix reads it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: Any, *args: Any, **kwargs: Any) -> Any:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if permission is not None and permission not in request.user.granted:
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        checked.needs = permission  # type: ignore[attr-defined]
        return checked

    return decorate


def open_to_all(view: View) -> View:
    """A page without sign-in."""
    view.needs = "everybody"  # type: ignore[attr-defined]
    return view
