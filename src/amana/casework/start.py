"""Starting Django from the command line."""

from __future__ import annotations

import os


def start(*, as_owner: bool = False) -> None:
    """Set Django up; `as_owner` connects as the owner of the tables, to make or change them."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amana.casework.settings")
    if as_owner:
        os.environ["AMANA_AS_OWNER"] = "1"
    django.setup()
