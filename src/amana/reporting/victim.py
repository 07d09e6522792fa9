"""The report about one set of remains.  It holds no genotype, no figure by marker and no family tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from amana.kinship.joint.case import Victim
from amana.kinship.joint.result import NONE, Conclusion, Finding, PosteriorView, Weighing
from amana.kinship.joint.rivals import OWN_FREQUENCIES
from amana.reporting import numbers, shared
from amana.reporting.blocks import Block, cell, facts, heading, items, note, paragraph, table
from amana.reporting.context import Context
from amana.reporting.svg import visible
from amana.reporting.texts import Runs, bold, free, joined, plain, to_text, unbroken

_OWN_SECTION = frozenset({"support.leans-on", "support.order-unknown", "support.what-would-separate"})
"""Findings that a section of the report says already."""

_RIVALS = (
    *("unrelated", "full_sibling", "paternal_uncle_aunt", "maternal_uncle_aunt"),
    *("paternal_first_cousin", "maternal_first_cousin"),
)
_TABLES_ACROSS = 2
_OWN_FREQUENCIES = ("", OWN_FREQUENCIES)


def victim_report(context: Context, victim: Victim, conclusion: Conclusion) -> dict[str, Any]:
    """Data of the report about ``victim``, for the template."""
    say = context.texts
    me = unbroken(victim.id)
    eyebrow = say.runs("victim.eyebrow", case=free(context.case.name), victim=me)
    if victim.unit is not None:
        eyebrow += plain(" · ") + say.runs("victim.unit", unit=unbroken(victim.unit))
    blocks = [
        note(
            answer(context, conclusion),
            "answer" if conclusion.level in ("reaches_threshold", "supports") else "neutral",
        ),
        *_propositions(context, conclusion),
        *_figures(context, conclusion),
        *_leans_on(context, conclusion),
        *_rivals(context, conclusion),
        *_apart(context, conclusion),
        *_findings(context, conclusion),
        *_against(context, conclusion),
        *shared.scale(context, conclusion.log10_glr),
        *shared.assumptions(context, [victim.profile.dropout]),
        *shared.limits(context),
        *shared.origin(context),
    ]
    return context.report(
        title=say.runs("victim.title", victim=me),
        file_title=say.plain("victim.file_title", victim=visible(victim.id), case=visible(context.case.name)),
        eyebrow=eyebrow,
        tag=plain(say.plain(f"level.{conclusion.level}")),
        blocks=blocks,
    )


def answer(context: Context, c: Conclusion) -> list[Runs]:
    """The answer with its rival, about the evidence."""
    say = context.texts
    if c.level == "evidence_against":
        return _against_answer(context, c)
    if not c.missing or c.log10_glr is None:
        return [say.runs("answer.inconclusive_nobody", victim=unbroken(c.victim))]
    values = {
        "ratio": bold(context.comparison(c.log10_glr)),
        "victim": unbroken(c.victim),
        "victims": context.ids(c.group),
        "missing": context.ids(c.missing),
        "family": unbroken(c.family or context.family_of[c.missing[0]]),
        "rival": rival(context, c),
    }
    several = len(c.missing) > 1
    if c.level == "inconclusive":
        return [say.runs("answer.inconclusive_several" if several else "answer.inconclusive", **values)]
    key = "pair" if not several else "group" if len(c.group) > 1 else "one_of"
    found = [say.runs(f"answer.{key}", **values)]
    found[0] += plain(" ") + say.runs("answer.scale", words=context.verbal(c.log10_glr))
    least = c.least_favourable
    if least is not None and least.log10_lr is not None:
        of = say.runs(f"rival_of.{least.rival}", missing=unbroken(c.missing[0]))
        found.append(say.runs("answer.least", rival=of, ratio=bold(context.comparison(least.log10_lr))))
    return found


def _against_answer(context: Context, c: Conclusion) -> list[Runs]:
    say = context.texts
    found = [say.runs("answer.against", victim=unbroken(c.victim))]
    pairwise = {m: value for (v, m), value in context.result.pairwise.items() if v == c.victim}
    if pairwise:
        best = max(pairwise, key=lambda m: (pairwise[m], m))
        # Above one only where another identification speaks against it; a single pair then explains nothing.
        if pairwise[best] < 0:
            ratio = context.comparison(pairwise[best])
            found.append(say.runs("answer.against_best", missing=unbroken(best), ratio=ratio))
    return found


def rival(context: Context, c: Conclusion) -> Runs:
    """Where the remains come from in the best explanation of the case without this pairing."""
    say = context.texts
    me = unbroken(c.victim)
    if c.alternative is None:
        return say.runs("answer.rival_unknown", victim=me)
    if c.alternative == NONE:
        return say.runs("answer.rival_none", victim=me)
    other, family = unbroken(c.alternative), unbroken(context.family_of[c.alternative])
    return say.runs("answer.rival_other", victim=me, other=other, family=family)


def _propositions(context: Context, c: Conclusion) -> list[Block]:
    say = context.texts
    me = unbroken(c.victim)
    if not c.missing:
        first = say.runs("propositions.h1_any", victim=me)
    else:
        key = "h1" if len(c.missing) == 1 else "h1_group" if len(c.group) > 1 else "h1_one_of"
        first = say.runs(
            f"propositions.{key}",
            victim=me,
            victims=context.ids(c.group),
            missing=context.ids(c.missing),
            family=unbroken(c.family or context.family_of[c.missing[0]]),
        )
    key = "h2_group" if len(c.group) > 1 else "h2"
    second = say.runs(f"propositions.{key}", victim=me, victims=context.ids(c.group))
    rows = [(unbroken("H1"), first), (unbroken("H2"), second)]
    return [
        heading(say.runs("propositions.heading")),
        facts(rows),
        paragraph(say.runs("propositions.joint_note"), quiet=True),
    ]


def _figures(context: Context, c: Conclusion) -> list[Block]:
    say = context.texts
    rows = []
    if c.log10_glr is not None:
        label = "figures.joint_group" if len(c.group) > 1 else "figures.joint"
        rows.append([cell(say.runs(label), marked=True), *_valued(context, c.log10_glr, marked=True)])
    if c.missing:
        alone = say.runs("figures.alone", victim=unbroken(c.victim), missing=unbroken(c.missing[0]))
        value = [say.runs("figures.not_computed"), []] if c.log10_lr is None else _valued(context, c.log10_lr)
        rows.append([alone, *value])
    key = "posterior_nobody" if not c.missing else "posterior_group" if len(c.group) > 1 else "posterior"
    posterior = cell(context.probability(c.posterior), marked=True)
    main = say.runs("figures.prior_main", prior=shared.prior(context))
    rows.append([cell(say.runs(f"figures.{key}"), marked=True), posterior, main])
    for view in context.result.views:
        other = context.probability(posterior_in(view, c.victim, c.missing))
        several = say.runs("figures.view_sum", missing=context.ids(c.missing)) if len(c.missing) > 1 else []
        rows.append([_view(context, view), other, several])
    columns = [
        (say.runs("figures.measure"), "auto", "start"),
        (say.runs("figures.value"), "auto", "end"),
        (say.runs("figures.reading"), "rest", "start"),
    ]
    return [heading(say.runs("figures.heading")), table(columns, rows)]


def _valued(context: Context, log10_value: float, marked: bool = False) -> list[Any]:
    """A ratio and how it reads: in digits and in words."""
    reading = context.verbal(log10_value)
    written = numbers.digits(abs(log10_value))
    if written is not None:
        digits = unbroken(written)
        if log10_value < 0:
            digits = context.texts.runs("figures.one_in", number=digits)
        shown = context.texts.runs("figures.digits", digits=digits)
        reading = joined([reading, shown], context.texts.plain("list.semicolon"))
    return [cell(context.ratio(log10_value), marked=marked), cell(reading)]


def posterior_in(view: PosteriorView, victim: str, missing: Sequence[str]) -> float:
    """Posterior of the pairing under another prior; of nobody on the list where no one is supported."""
    row: Mapping[str, float] = view.posterior[victim]
    return sum(row.get(m, 0.0) for m in missing or (NONE,))


def _view(context: Context, view: PosteriorView) -> Runs:
    say = context.texts
    if view.times_missing != 1:
        return say.runs("figures.view_times", n=unbroken(view.times_missing))
    if view.on_list is not None:
        return say.runs("figures.view_on_list", p=unbroken(numbers.plain_number(view.on_list)))
    return say.runs("figures.view_named", name=unbroken(view.name))


def _leans_on(context: Context, c: Conclusion) -> list[Block]:
    say = context.texts
    if c.level not in ("reaches_threshold", "supports"):
        return []
    found = [heading(say.runs("leans.heading"))]
    if not c.leans_on:
        return [*found, paragraph(say.runs("leans.none"))]
    pairs = (say.runs("leans.pair", victim=unbroken(v), missing=unbroken(m)) for v, m in c.leans_on)
    return [*found, paragraph(say.runs("leans.some"), leads=True), items(pairs)]


def _rivals(context: Context, c: Conclusion) -> list[Block]:
    if not c.weighings:
        return []
    say = context.texts
    tables = list(dict.fromkeys(w.table for w in c.weighings))
    found = [heading(say.runs("rivals.heading")), paragraph(say.runs("rivals.intro"), leads=True)]
    for start in range(0, len(tables), _TABLES_ACROSS):
        found.append(_rivals_table(context, c, tables[start : start + _TABLES_ACROSS]))
    found.append(paragraph(say.runs("rivals.least_note"), quiet=True))
    return found + _reasons(context, c.weighings)


def _rivals_table(context: Context, c: Conclusion, tables: Sequence[str]) -> Block:
    """Rivals by values of FST, one group of columns per frequency table."""
    say = context.texts
    thetas = sorted({w.theta for w in c.weighings})
    by_place = {(w.rival, w.theta, w.table): w for w in c.weighings}
    rows = []
    for name in (r for r in _RIVALS if any(w.rival == r for w in c.weighings)):
        row: list[Any] = [cell(plain(say.plain(f"rival.{name}")))]
        for table_name in tables:
            row += [
                _weighing(context, by_place.get((name, theta, table_name)), c.least_favourable)
                for theta in thetas
            ]
        rows.append(row)
    columns = [(say.runs("rivals.rival"), "rest", "start")]
    columns += [
        (unbroken(f"FST {numbers.plain_number(theta)}"), "auto", "end") for _ in tables for theta in thetas
    ]
    groups: list[tuple[Runs, int]] = [(say.runs("rivals.table"), 1)]
    groups += [
        (say.runs("rivals.markers_own") if t in _OWN_FREQUENCIES else unbroken(t), len(thetas))
        for t in tables
    ]
    return table(columns, rows, groups=groups, small=True)


def _weighing(context: Context, w: Weighing | None, least: Weighing | None) -> Any:
    if w is None or w.log10_lr is None:
        return cell(unbroken("–"))
    marked = w == least
    return cell(context.ratio(w.log10_lr) + (plain(" *") if marked else []), marked=marked)


def _reasons(context: Context, weighings: Sequence[Weighing]) -> list[Block]:
    """Why figures are missing, each reason once with the rivals that it holds for."""
    say = context.texts
    found: dict[str, tuple[Runs, list[str]]] = {}
    for w in weighings:
        if w.log10_lr is None and w.reason is not None and not context.is_for_the_laboratory(w.reason):
            what = context.finding(w.reason)[0]
            _, names = found.setdefault(to_text(what), (what, []))
            if w.rival not in names:
                names.append(w.rival)
    entries = []
    for what, names in found.values():
        rivals = joined((plain(say.plain(f"rival.{name}")) for name in names), say.plain("list.semicolon"))
        entries.append(say.runs("rivals.reason", rival=rivals, what=what))
    return [items(entries, quiet=True)] if entries else []


def _apart(context: Context, c: Conclusion) -> list[Block]:
    if len(c.missing) < 2:
        return []
    say = context.texts
    key = "apart.group" if len(c.group) > 1 else "apart.ties"
    values = {
        "victim": unbroken(c.victim),
        "victims": context.ids(c.group),
        "missing": context.ids(c.missing),
        "family": unbroken(c.family or context.family_of[c.missing[0]]),
    }
    said = [f for f in c.findings if f.code == "support.what-would-separate"]
    separate = [context.finding(f)[0] for f in said] or [say.runs("apart.separate")]
    return [heading(say.runs("apart.heading")), note([say.runs(key, **values), *separate], "warning")]


def shown_findings(context: Context, findings: Sequence[Finding]) -> tuple[list[Finding], int, bool]:
    """Findings for this report, how many stand in the annex only, whether one marker carries the result."""
    rest = [f for f in findings if f.code not in _OWN_SECTION]
    here = [f for f in rest if not context.is_for_the_laboratory(f)]
    one_marker = any(f.code == "support.one-marker" for f in rest)
    return here, len(rest) - len(here), one_marker


def _findings(context: Context, c: Conclusion) -> list[Block]:
    say = context.texts
    here, hidden, one_marker = shown_findings(context, c.findings)
    found = [heading(say.runs("findings.heading"))]
    if not here and not hidden:
        return [*found, paragraph(say.runs("findings.none"))]
    if one_marker:
        found.append(note([say.runs("findings.one_marker")], "warning"))
    return found + shared.findings(context, here, hidden - one_marker)


def _against(context: Context, c: Conclusion) -> list[Block]:
    if not c.against:
        return []
    say = context.texts
    return [
        heading(say.runs("against.heading")),
        paragraph(say.runs("against.intro"), leads=True),
        paragraph(context.ids(c.against)),
    ]
