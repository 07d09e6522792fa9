"""What the pages of sites share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.files.receiving import Received, receive_all
from amana.casework.files.uploads import holder_of
from amana.casework.incidents.editing import must, show_form, trail_to
from amana.casework.sites import queries
from amana.casework.sites.models import Site
from amana.casework.sites.services.common import PAPERS


def editable(request: Any, number: str, permission: str) -> Site:
    """The site, for a page whose form the reader may send."""
    found = queries.site(request.user, number)
    must(request, permission, found)
    return found


def part_or_404(request: Any, model: Any, site: Site, key: UUID) -> Any:
    """Something of the site that the reader sees."""
    found = queries.part(request.user, model, site, key)
    if found is None:
        raise Http404
    return found


def trail(found: Site) -> list[dict[str, Any]]:
    """The pages above one of a site's."""
    return [*trail_to(found.incident), {"url": found.get_absolute_url(), "label": str(found)}]


def act(
    request: Any,
    site: Site,
    form: Any,
    save: Callable[[dict[str, Any]], object],
    *,
    title: Any,
    submit: Any,
    done: Any,
    about: Any = "",
    quoted: str = "",
    where: str = "",
    history: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    """A page with the form of one act at a site; when it is done, the section of the site that shows it.

    Parameters
    ----------
    save
        Calls the service with what was typed; a hidden ``seen`` of an old page comes with it.
    done
        What is said then; a function of what the service gave, or a sentence.
    where
        The section.
    """

    def saved(form: Any) -> HttpResponse:
        made = save(form.cleaned_data)
        messages.success(request, done(made) if callable(done) else str(done))
        return redirect(f"{site.get_absolute_url()}{where}")

    return show_form(
        request, form, title=str(title), submit=str(submit), save=saved, trail=trail(site), about=str(about),
        quoted=quoted, history=history,
    )  # fmt: skip


def paper_of(request: Any, given: dict[str, Any]) -> Received | None:
    """The paper that a form brought, taken in before the transaction; taken out of what was typed."""
    offered = given.pop("document", None) or []
    found = receive_all(offered, holder=holder_of(request), accept=PAPERS, most=1, field="document")
    return found[0] if found else None


def newest_seen(site: Site) -> str:
    """Identifier of the newest clearance: what a page about the hazard shows."""
    from amana.casework.sites.rules import newest_clearance

    newest = newest_clearance(site)
    return str(newest.pk) if newest else ""


def sites_address(**asked: str) -> str:
    """The list, filtered."""
    query = "&".join(f"{k}={v}" for k, v in asked.items())
    return f"{reverse('sites')}?{query}" if query else reverse("sites")


def said(words: str, **values: Any) -> str:
    """A sentence with values of others in it, each kept apart in its own direction."""
    return _(words) % {k: f"\u2068{v}\u2069" for k, v in values.items()}
