"""Pages of runs: the list, one run, asking for one, its reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amana.casework.audit.writing import writing
from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form, in_words
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.identification import queries, wording
from amana.casework.identification.files import read_report
from amana.casework.identification.forms import RunForm
from amana.casework.identification.inputs import changes_since
from amana.casework.identification.models import Conclusion, Run
from amana.casework.identification.services import ask_run
from amana.casework.identification.views_links import reports_of
from amana.casework.incidents.models import Incident
from amana.casework.jobs.queries import as_progress, faults_of
from amana.casework.laboratory.models import Frequencies
from amana.casework.numbers.queries import numbered
from amana.casework.templatetags.amana import probability
from amana.problems import InputProblems

SHAPES = {Run.State.ASKED: "active", Run.State.DONE: "done", Run.State.FAILED: "blocked"}
SECTION = "candidates"


def run_state(run: Run) -> dict[str, str]:
    """For ``components/state.html``."""
    return {"kind": SHAPES[Run.State(run.state)], "word": run.get_state_display()}


RUNS = List(
    caption=gettext_lazy("Comparisons of whole incidents"),
    columns=(
        Column(gettext_lazy("Number"), lambda r: r.number, "id", "number", ("number",)),
        Column(gettext_lazy("Incident"), lambda r: r.incident, "text", "incident", ("incident__number",)),
        Column(gettext_lazy("State"), run_state, "state", "state", ("state",)),
        Column(gettext_lazy("Asked for by"), lambda r: r.asked_by),
        Column(gettext_lazy("Asked for"), lambda r: r.asked_at, "time", "asked", ("asked_at",)),
        Column(gettext_lazy("Finished"), lambda r: r.finished_at, "time", "finished", ("finished_at",)),
    ),
    count=lambda n: ngettext("%(n)d comparison", "%(n)d comparisons", n) % {"n": n},
    sort="-asked",
    url=lambda r: r.get_absolute_url(),
    empty={
        "title": gettext_lazy("No comparison yet."),
        "text": gettext_lazy("A geneticist asks for one on the page of an incident."),
    },
)


@needs("identification.view")
def runs(request: Any) -> HttpResponse:
    """The list."""
    request.section = SECTION
    trail = [{"url": reverse("candidates"), "label": _("Identification")}]
    may_run = {"identification.run", queries.GENETICS} <= request.user.granted
    incidents = Incident.objects.visible_to(request.user).filter(state=Incident.State.OPEN) if may_run else ()
    context = {"trail": trail, "incidents": incidents[:20]}
    return show_list(request, "identification/runs.html", RUNS, queries.runs(request.user), context)


class ConclusionFilters(Filters):
    """By what DNA says."""

    level = forms.ChoiceField(
        label=gettext_lazy("DNA"),
        required=False,
        choices=[("", gettext_lazy("everything")), *Conclusion.Level.choices],
    )

    def apply(self, rows: Any) -> Any:
        """The conclusions that fit."""
        level = self.cleaned_data["level"]
        return rows.filter(level=level) if level else rows


def _candidate_url(c: Conclusion) -> str:
    """The candidate that a conclusion names; the unit where it names nobody."""
    named = c.detail["missing"]
    for candidate in c.unit.seen_candidates:  # type: ignore[attr-defined]
        if candidate.missing.number in named[:1]:
            return str(candidate.get_absolute_url())
    return str(c.unit.get_absolute_url())


def _named(c: Conclusion) -> Any:
    if not c.detail["missing"]:
        return "–"
    shown = wording.ids(c.detail["missing"])
    return format_html("{} ({})", shown, _("order unknown")) if len(c.detail["group"]) > 1 else shown


def _posterior(c: Conclusion) -> Any:
    return probability(c.posterior) if c.detail["missing"] else "–"


CONCLUSIONS = List(
    caption=gettext_lazy("What DNA says of all remains"),
    columns=(
        Column(gettext_lazy("Remains"), lambda c: c.unit.number, "id", "unit", ("unit__number",)),
        Column(
            gettext_lazy("DNA"),
            lambda c: wording.level_state(c.level),
            "state",
            "level",
            ("level", "unit__number"),
        ),
        Column(gettext_lazy("Missing person"), _named),
        Column(
            gettext_lazy("Joint ratio"),
            lambda c: wording.Told(c).ratio or "–",
            "text",
            "ratio",
            ("log10_glr",),
        ),
        Column(
            gettext_lazy("Posterior"),
            _posterior,
            "text",
            "posterior",
            ("posterior",),
        ),
        Column(gettext_lazy("Least favourable"), lambda c: wording.Told(c).least or "–"),
    ),
    count=lambda n: ngettext("%(n)d set of remains", "%(n)d sets of remains", n) % {"n": n},
    sort="unit",
    url=_candidate_url,
    filters=ConclusionFilters,
)


@needs("identification.view")
def run(request: Any, number: str) -> HttpResponse:
    """One run: what was fixed, how far it is or what it says."""
    request.section = SECTION
    user = request.user
    found = numbered(queries.runs(user), number)
    laboratory = user.has_perm(queries.GENETICS, found)
    tables = Frequencies.objects.in_bulk(found.settings["frequencies"])
    names = {str(pk): t.name for pk, t in tables.items()}
    done = found.state == Run.State.DONE
    context = {
        "run": found,
        "state": run_state(found),
        "done": done,
        "settings": wording.settings_facts(
            found, [names.get(pk, "–") for pk in found.settings["frequencies"]]
        ),
        "trail": [
            {"url": reverse("candidates"), "label": _("Identification")},
            {"url": reverse("runs"), "label": _("Comparisons")},
        ],
        "may_run": user.has_perm("identification.run", found.incident) and laboratory,
    }
    if found.job is not None and found.state == Run.State.ASKED:
        context["job"] = as_progress(found.job)
    if found.job is not None and found.state == Run.State.FAILED:
        context["faults"] = faults_of(found.job)
    if not done:
        return render(request, "identification/run.html", context)
    words = wording.run_context(found)
    summary = found.summary
    context |= {
        "levels": [
            {"state": wording.level_state(level), "count": summary["levels"].get(level, 0)}
            for level in Conclusion.Level.values
        ],
        "summary": summary,
        "findings": wording.told(words, summary["findings"]),
        "laboratory": laboratory,
        "laboratory_findings": wording.told(words, summary["laboratory"]) if laboratory else [],
        "changes": changes_since(found),
        "without": wording.ids(summary["without"]) if summary["without"] else None,
        "reports": reports_of(user, found, laboratory),
    }
    rows = queries.with_candidates(queries.conclusions(user).filter(run=found), user)
    what = replace(CONCLUSIONS, caption=_("What DNA says of all remains"))
    return show_list(request, "identification/run.html", what, rows, context)


@needs("reports.download")
def report(request: Any, number: str, name: str) -> HttpResponse:
    """One report as PDF, which is an entry of the log."""
    found = numbered(queries.runs(request.user), number)
    stored = next((r for r in found.reports if r["path"] == f"{found.number}/{name}"), None)
    if stored is None or (stored["kind"] == "annex" and not request.user.has_perm(queries.GENETICS, found)):
        raise Http404
    try:
        content = read_report(stored)
    except InputProblems as problems:
        for problem in problems.problems:
            messages.error(request, in_words(problem))
        return redirect(found)
    with writing(request.user, "identification.report.given", may="reports.download", on=found) as log:
        log.note("identification.run", found.pk, {"report": stored["path"], "sha256": stored["sha256"]})
    response = HttpResponse(content, content_type="application/pdf")
    file = f"{found.number}-{name.replace('/', '-')}"
    response["Content-Disposition"] = f'inline; filename="{file}"'
    return response


@needs("identification.run")
def run_new(request: Any, number: str) -> HttpResponse:
    """Fix the settings and ask for a run."""
    request.section = SECTION
    incident = numbered(Incident.objects.visible_to(request.user), number)
    form = RunForm(request.POST or None, request.user)
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_run(request.user, incident, form.settings())
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            messages.success(request, _("The comparison was asked for. Its settings are fixed now."))
            return redirect(asked)
    trail = [
        {"url": reverse("candidates"), "label": _("Identification")},
        {"url": incident.get_absolute_url(), "label": str(incident)},
    ]
    context = {
        "incident": incident,
        "form": form,
        "trail": trail,
        "submit": _("Fix the settings and compare"),
    }
    return render(request, "identification/run-new.html", context)
