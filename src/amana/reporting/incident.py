"""The report about a whole case.  It holds no genotype, no figure by marker and no family tree."""

from __future__ import annotations

from typing import Any

from amana.kinship.joint.result import NONE, Assignment, Conclusion
from amana.reporting import numbers, shared
from amana.reporting.blocks import Block, cell, heading, note, paragraph, table
from amana.reporting.context import Context
from amana.reporting.svg import visible
from amana.reporting.texts import Runs, bold, free, joined, plain, unbroken
from amana.reporting.victim import posterior_in

_SHOWN_ASSIGNMENTS = 10


def incident_report(context: Context) -> dict[str, Any]:
    """Data of the report about the case, for the template."""
    say = context.texts
    case = free(context.case.name)
    blocks = [
        note(_answer(context), "answer"),
        *_victims(context),
        *_without(context),
        *_findings(context),
        *_families(context),
        *_against(context),
        *_views(context),
        *_assignments(context),
        *shared.scale(context, None),
        *shared.assumptions(context, [v.profile.dropout for v in context.case.victims]),
        *shared.limits(context),
        *shared.origin(context),
    ]
    return context.report(
        title=say.runs("incident.title", case=case),
        file_title=say.plain("incident.file_title", case=visible(context.case.name)),
        eyebrow=say.runs("incident.eyebrow", case=case),
        blocks=blocks,
    )


def _answer(context: Context) -> list[Runs]:
    say = context.texts
    levels = [c.level for c in context.result.conclusions]
    values = {
        "victims": len(levels),
        "reaches": levels.count("reaches_threshold"),
        "supports": levels.count("supports"),
        "inconclusive": levels.count("inconclusive"),
        "against": levels.count("evidence_against"),
        "missing": len(context.result.missing),
        "without": _without_count(context),
    }
    found = [say.runs("incident.answer", **{key: unbroken(value) for key, value in values.items()})]
    grouped = sum(
        c.level in ("reaches_threshold", "supports") and len(c.missing) > 1
        for c in context.result.conclusions
    )
    if grouped:
        found.append(say.runs("incident.answer_group", count=unbroken(grouped)))
    return found


def _lacking(context: Context) -> list[str]:
    """Missing persons who are named by no supported result."""
    supported = context.supported()
    return [m for m in context.result.missing if m not in supported]


def _partly(context: Context) -> list[Conclusion]:
    """Supported results, one of each group, that name more missing persons than there are remains."""
    found: dict[frozenset[str], Conclusion] = {}
    for conclusions in context.supported().values():
        for c in conclusions:
            if len(c.missing) > len(c.group):
                found.setdefault(frozenset(c.missing), c)
    return list(found.values())


def _without_count(context: Context) -> int:
    """How many missing persons lack supported remains: of three who share two remains, one."""
    return len(_lacking(context)) + sum(len(c.missing) - len(c.group) for c in _partly(context))


def _victims(context: Context) -> list[Block]:
    say = context.texts
    rows = [_victim(context, c) for c in context.result.conclusions]
    columns = [
        (say.runs("incident.victim"), "auto", "start"),
        (say.runs("incident.level"), "auto", "start"),
        (say.runs("incident.missing"), "rest", "start"),
        (say.runs("incident.family"), "auto", "start"),
        (say.runs("incident.joint"), "auto", "end"),
        (say.runs("incident.posterior"), "auto", "end"),
        (say.runs("incident.least"), "rest", "start"),
    ]
    return [heading(say.runs("incident.victims")), table(columns, rows, small=True)]


def _victim(context: Context, c: Conclusion) -> list[Any]:
    say = context.texts
    strong = c.level == "reaches_threshold"
    who = context.ids(c.missing) if c.missing else say.runs("incident.nobody")
    if len(c.missing) > 1:
        key = "order_unknown" if len(c.group) > 1 else "one_of_them"
        who += plain(f" ({say.plain(f'incident.{key}')})")
    least: Runs = []
    if c.least_favourable is not None and c.least_favourable.log10_lr is not None:
        name = plain(say.plain(f"rival.{c.least_favourable.rival}"))
        least = say.runs("incident.least_cell", number=context.ratio(c.least_favourable.log10_lr), rival=name)
    return [
        cell(unbroken(c.victim), marked=strong),
        cell(plain(say.plain(f"level_short.{c.level}")), marked=strong),
        who,
        unbroken(c.family) if c.family else [],
        context.ratio(c.log10_glr) if c.log10_glr is not None else unbroken("–"),
        context.probability(c.posterior),
        least,
    ]


def _without(context: Context) -> list[Block]:
    say = context.texts
    lacking = set(_lacking(context))
    found = [heading(say.runs("incident.without"))]
    for c in _partly(context):
        values = {"missing": context.ids(c.missing), "victims": context.ids(c.group)}
        found.append(paragraph(say.runs("incident.partly", count=unbroken(len(c.group)), **values)))
    if not lacking:
        return found if len(found) > 1 else [*found, paragraph(say.runs("incident.without_none"))]
    rows = []
    for family in context.case.families:
        here = [m for m in family.missing if m in lacking]
        there = [m for m in family.missing if m not in lacking]
        rows.append(
            [unbroken(family.id), context.ids(here) or unbroken("–"), context.ids(there) or unbroken("–")]
        )
    columns = [
        (say.runs("incident.family"), "auto", "start"),
        (say.runs("incident.lacking"), "rest", "start"),
        (say.runs("incident.supported"), "rest", "start"),
    ]
    remark = paragraph(say.runs("incident.without_note"), quiet=True)
    return [*found, table(columns, rows, small=True), remark]


def _findings(context: Context) -> list[Block]:
    say = context.texts
    # Families that do not fit have a section of their own.
    here = [f for f in context.result.findings if not context.is_for_the_laboratory(f)]
    read = [w for w in context.case.warnings if not context.is_for_the_laboratory(w)]
    hidden = len(context.result.findings) + len(context.case.warnings) - len(here) - len(read)
    found = [heading(say.runs("incident.findings"))]
    if not here and not read and not hidden:
        return [*found, paragraph(say.runs("incident.findings_none"))]
    notes = [note([context.warning(w)], "warning") for w in read]
    return found + shared.findings(context, here) + notes + shared.findings(context, (), hidden)


def _families(context: Context) -> list[Block]:
    say = context.texts
    unfit = [q for q in context.result.families if not q.consistent]
    found = [heading(say.runs("incident.families"))]
    if not unfit:
        return [*found, paragraph(say.runs("incident.families_none"))]
    who = joined(
        (say.runs("annex.family", family=unbroken(q.family)) for q in unfit), say.plain("list.comma")
    )
    return [*found, note([bold(who), say.runs("incident.families_some")], "warning")]


def _against(context: Context) -> list[Block]:
    say = context.texts
    rows = [[unbroken(c.victim), context.ids(c.against)] for c in context.result.conclusions if c.against]
    found = [heading(say.runs("incident.against"))]
    if not rows:
        return [*found, paragraph(say.runs("incident.against_none"))]
    columns = [
        (say.runs("incident.victim"), "auto", "start"),
        (say.runs("incident.missing"), "rest", "start"),
    ]
    return [
        *found,
        paragraph(say.runs("incident.against_intro"), leads=True),
        table(columns, rows, small=True),
    ]


def _views(context: Context) -> list[Block]:
    say, views = context.texts, context.result.views
    if not views:
        return []
    columns = [
        (say.runs("incident.victim"), "auto", "start"),
        (say.runs("incident.best"), "rest", "start"),
        (say.runs("incident.view_main"), "auto", "end"),
    ]
    for view in views:
        if view.times_missing != 1:
            head = say.runs("incident.view_times", n=unbroken(view.times_missing))
        elif view.on_list is not None:
            head = say.runs("incident.view_on_list", p=unbroken(numbers.plain_number(view.on_list)))
        else:
            head = unbroken(view.name)
        columns.append((head, "auto", "end"))
    rows = []
    for c in context.result.conclusions:
        main = sum(context.result.posterior[c.victim].get(m, 0.0) for m in c.missing or (NONE,))
        who = context.ids(c.missing) if c.missing else say.runs("incident.nobody")
        others = [context.probability(posterior_in(view, c.victim, c.missing)) for view in views]
        rows.append([unbroken(c.victim), who, context.probability(main), *others])
    intro = paragraph(say.runs("incident.views_intro"), leads=True)
    return [heading(say.runs("incident.views")), intro, table(columns, rows, small=True)]


def _assignments(context: Context) -> list[Block]:
    say = context.texts
    shown = list(context.result.assignments[:_SHOWN_ASSIGNMENTS])
    if not shown:
        return []
    rows = [
        [
            unbroken(i + 1),
            _pairs(context, assignment, shown[0] if i else None),
            unbroken(numbers.signed(assignment.log10_lr_vs_null)),
            context.probability(assignment.posterior),
        ]
        for i, assignment in enumerate(shown)
    ]
    columns = [
        (say.runs("incident.rank"), "auto", "end"),
        (say.runs("incident.assignment"), "rest", "start"),
        (say.runs("incident.log10_lr"), "auto", "end"),
        (say.runs("incident.posterior"), "auto", "end"),
    ]
    total = context.result.assignment_count
    count = unbroken("…" if total is None else f"{total:,}")
    intro = say.runs("incident.assignments_intro", shown=unbroken(len(shown)), count=count)
    return [
        heading(say.runs("incident.assignments")),
        paragraph(intro, leads=True),
        table(columns, rows, small=True),
    ]


def _pairs(context: Context, assignment: Assignment, first: Assignment | None) -> Runs:
    """Who is paired with whom; only the differences from ``first`` where that is given."""
    say = context.texts
    found = []
    for victim, missing in assignment.pairs.items():
        if first is not None and first.pairs.get(victim) == missing:
            continue
        if missing is None:
            found.append(say.runs("incident.pair_nobody", victim=unbroken(victim)))
        else:
            found.append(say.runs("incident.pair", victim=unbroken(victim), missing=unbroken(missing)))
    return joined(found, say.plain("list.comma")) or say.runs("incident.same")
