"""Pages of candidates: the list, and the page on which a comparison is understood."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amana.casework.common.access import needs
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.identification import queries, wording
from amana.casework.identification.models import Candidate, Conclusion
from amana.casework.identification.showing import page_of
from amana.casework.numbers.queries import numbered

SHAPES = {
    Candidate.State.GENERATED: "waiting",
    Candidate.State.COMPARED: "active",
    Candidate.State.REVIEWED: "active",
    Candidate.State.PROPOSED: "done",
    Candidate.State.EXCLUDED: "closed",
}
WAITING = {"sign": queries.to_sign, "propose": queries.to_propose}


def candidate_state(candidate: Candidate) -> dict[str, str]:
    """For ``components/state.html``."""
    return {"kind": SHAPES[Candidate.State(candidate.state)], "word": candidate.get_state_display()}


class CandidateFilters(Filters):
    """Words, state, and what DNA says."""

    words = forms.CharField(
        label=gettext_lazy("Number of a candidate, a unit or a missing person"), required=False
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("every state")), *Candidate.State.choices],
    )
    level = forms.ChoiceField(
        label=gettext_lazy("DNA"),
        required=False,
        choices=[("", gettext_lazy("everything")), *Conclusion.Level.choices],
    )
    waiting = forms.ChoiceField(
        label=gettext_lazy("Waiting for me"),
        required=False,
        choices=[
            ("", gettext_lazy("everything")),
            ("sign", gettext_lazy("to be signed by me")),
            ("propose", gettext_lazy("to be put before the board by me")),
        ],
    )

    def apply(self, rows: Any) -> Any:
        """The candidates that fit; ``waiting`` is applied by the page, which knows the reader."""
        from django.db.models import Q

        given = self.cleaned_data
        if given["state"]:
            rows = rows.filter(state=given["state"])
        if given["level"]:
            rows = rows.filter(conclusion__level=given["level"])
        for word in given["words"].split():
            rows = rows.filter(
                Q(number__icontains=word)
                | Q(unit__number__icontains=word)
                | Q(missing__number__icontains=word)
            )
        return rows


CANDIDATES = List(
    caption=gettext_lazy("Candidates"),
    columns=(
        Column(gettext_lazy("Number"), lambda c: c.number, "id", "number", ("number",)),
        Column(gettext_lazy("Unit"), lambda c: c.unit.number, "id", "unit", ("unit__number",)),
        Column(
            gettext_lazy("Missing person"), lambda c: c.missing.number, "id", "missing", ("missing__number",)
        ),
        Column(
            gettext_lazy("DNA"),
            lambda c: wording.level_state(c.conclusion.level),
            "state",
            "level",
            ("conclusion__level", "number"),
        ),
        Column(
            gettext_lazy("Joint ratio"),
            lambda c: wording.Told(c.conclusion).ratio or "–",
            "text",
            "ratio",
            ("conclusion__log10_glr",),
            lambda c: c.conclusion.detail["log10_glr"],
        ),
        Column(gettext_lazy("Comparison"), candidate_state, "state", "state", ("state",)),
        Column(gettext_lazy("Changed"), lambda c: c.changed_at, "time", "changed", ("changed_at",)),
    ),
    count=lambda n: ngettext("%(n)d candidate", "%(n)d candidates", n) % {"n": n},
    sort="number",
    url=lambda c: c.get_absolute_url(),
    filters=CandidateFilters,
    empty={
        "title": gettext_lazy("No candidate yet."),
        "text": gettext_lazy(
            "A candidate is a unit and a missing person whom DNA supports to be the same. They come from a "
            "comparison of a whole incident, which a geneticist asks for on the incident’s page."
        ),
    },
    export="candidates",
)


@needs("identification.view")
def candidates(request: Any, as_csv: bool = False) -> HttpResponse:
    """The list."""
    request.section = "candidates"
    rows = queries.candidates(request.user)
    chosen = WAITING.get(request.GET.get("waiting", ""))
    if chosen is not None:
        rows = chosen(request.user)
    return show_list(
        request,
        "identification/candidates.html",
        CANDIDATES,
        rows,
        as_csv=as_csv,
        export_url=reverse("candidates-csv"),
    )


@needs("identification.view")
def candidate(request: Any, number: str) -> HttpResponse:
    """One comparison: the question, the answer with its rival, and everything it rests on."""
    request.section = "candidates"
    found = numbered(queries.candidates(request.user), number)
    trail = [{"url": reverse("candidates"), "label": _("Identification")}]
    context = page_of(request.user, found) | {"trail": trail, "state": candidate_state(found)}
    return render(request, "identification/candidate.html", context)
