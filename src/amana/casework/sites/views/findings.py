"""What was searched, and what was counted."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from amana.casework.common.access import needs
from amana.casework.incidents.models import Basis, Category
from amana.casework.sites import rules, services
from amana.casework.sites.forms.acts import SearchForm, TallyForm
from amana.casework.sites.models import Spot
from amana.casework.sites.outlines import read_outline
from amana.casework.sites.views.common import act, editable


@needs("sites.record")
def search(request: Any, number: str) -> HttpResponse:
    """Record an area that was searched."""
    found = editable(request, number, rules.RECORD)

    def save(given: dict[str, Any]) -> Any:
        outline = read_outline(given.pop("outline"))
        return services.record_search(request.user, found, outline=outline, **given)

    form = SearchForm(request.POST or None, initial={"searched_on": rules.today()})
    return act(
        request, found, form, save, title=_("Record a search"),
        about=_("Where was searched, how, and what was not found there."), submit=_("Record the search"),
        done=_("The search is recorded."), where="#searches",
    )  # fmt: skip


@needs("sites.record")
def tally(request: Any, number: str) -> HttpResponse:
    """Add a count of the office's own."""
    found = editable(request, number, rules.RECORD)
    spots = Spot.objects.visible_to(request.user).filter(site=found).order_by("label")
    initial = {
        "counted_on": rules.today(), "basis": Basis.FIELD, "category": Category.ALL,
        "spot": spots.filter(label=request.GET.get("spot", "")).first(),
    }  # fmt: skip
    return act(
        request, found, TallyForm(request.POST or None, initial=initial, spots=spots),
        lambda given: services.add_tally(request.user, found, **given),
        title=_("Add a count"),
        about=_("A new count stands beside those before it. None is overwritten."),
        submit=_("Add the count"), done=_("The count is added. Those before it stay."), where="#counts",
    )  # fmt: skip
