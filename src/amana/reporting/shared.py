"""Sections that several reports have: assumptions, limits, what was fixed beforehand, program and inputs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from amana.kinship.joint.result import Finding
from amana.kinship.joint.verbal import BANDS, SCALE_SOURCE, verbal_key
from amana.reporting import numbers
from amana.reporting.blocks import Block, cell, facts, heading, items, note, paragraph, table
from amana.reporting.context import Context
from amana.reporting.texts import Runs, digest, free, joined, plain, unbroken


def prior(context: Context) -> Runs:
    """The prior in words."""
    settings = context.result.settings
    if settings.prior == "open":
        on_list = 0.5 if settings.on_list is None else settings.on_list
        return context.texts.runs("settings.open", p=unbroken(numbers.plain_number(on_list)))
    if settings.prior == "manifest":
        return context.texts.runs("settings.manifest", name=unbroken(settings.manifest or "–"))
    return context.texts.runs("settings.flat")


def assumptions(context: Context, dropout: Sequence[float]) -> list[Block]:
    """Under what assumptions the figures hold; ``dropout`` of the profiles that the report is about."""
    say, case = context.texts, context.case
    count = len(case.markers)
    entries = []
    if case.tables:
        main = case.tables[0]
        entries.append(say.runs("assumptions.frequencies", table=unbroken(main.name)))
        if main.source:
            entries[-1] += plain(" ") + say.runs("assumptions.frequencies_source", source=free(main.source))
    else:
        entries.append(say.runs("assumptions.frequencies_case", count=unbroken(count)))
    entries.append(say.runs("assumptions.markers", count=unbroken(count)))
    entries.append(
        say.runs("assumptions.theta", theta=unbroken(numbers.plain_number(context.result.settings.theta)))
    )
    entries.append(_mutation(context))
    silent = sum(m.silent is not None for m in case.markers)
    if silent:
        entries.append(say.runs("assumptions.silent", count=unbroken(silent)))
    low, high = (pick(dropout, default=0.0) for pick in (min, max))
    if high == 0:
        entries.append(say.runs("assumptions.no_dropout"))
    elif low == high:
        entries.append(say.runs("assumptions.dropout", p=unbroken(numbers.plain_number(low))))
    else:
        ends = {"low": unbroken(numbers.plain_number(low)), "high": unbroken(numbers.plain_number(high))}
        entries.append(say.runs("assumptions.dropout_range", **ends))
    entries += [say.runs(f"assumptions.{key}") for key in ("pedigree", "one_person", "independence")]
    return [heading(say.runs("assumptions.heading")), items(entries)]


def _mutation(context: Context) -> Runs:
    """Mutation models with the number of markers and the range of rates of each."""
    say = context.texts
    rates: dict[str, list[float]] = {}
    count: dict[str, int] = {}
    for marker in context.case.markers:
        if marker.mutation is None:
            continue
        model = marker.mutation.model
        count[model] = count.get(model, 0) + 1
        given = (marker.mutation.rate_male, marker.mutation.rate_female)
        rates.setdefault(model, []).extend(r for r in given if r is not None)
    if not count:
        return say.runs("assumptions.mutation_none")
    models = []
    for model_name, n in count.items():
        name = plain(say.plain(f"assumptions.model_{model_name}"))
        if not rates[model_name]:
            models.append(say.runs("assumptions.mutation_model_no_rate", model=name, count=unbroken(n)))
            continue
        ends = [numbers.plain_number(rate) for rate in (min(rates[model_name]), max(rates[model_name]))]
        shown = "–".join(dict.fromkeys(ends))
        models.append(
            say.runs("assumptions.mutation_model", model=name, count=unbroken(n), rates=unbroken(shown))
        )
    return say.runs("assumptions.mutation", models=joined(models, say.plain("list.semicolon")))


def limits(context: Context) -> list[Block]:
    """What the figures cannot say."""
    say = context.texts
    entries = [say.runs(f"limits.{key}") for key in ("unlisted", "twins", "data", "whole")]
    if context.result.dropped_mass > 0:
        mass = unbroken(numbers.small(context.result.dropped_mass))
        entries.append(say.runs("limits.pruned", mass=mass))
    return [heading(say.runs("limits.heading")), items(entries)]


def origin(context: Context) -> list[Block]:
    """Settings fixed beforehand, the program's version and the digests of the inputs."""
    say, settings = context.texts, context.result.settings
    found = [heading(say.runs("settings.heading"))]
    found.append(
        facts(
            [
                (say.runs("settings.prior"), prior(context)),
                (say.runs("settings.threshold_lr"), unbroken(numbers.plain_number(settings.lr_threshold))),
                (
                    say.runs("settings.threshold_posterior"),
                    unbroken(numbers.plain_number(settings.posterior_threshold)),
                ),
                (say.runs("settings.theta"), unbroken(numbers.plain_number(settings.theta))),
            ]
        )
    )
    found.append(heading(say.runs("origin.heading")))
    program = say.runs("page.program", version=unbroken(context.version))
    found.append(facts([(say.runs("origin.version"), program)]))
    if context.case.inputs:
        columns = [(say.runs("origin.file"), "rest", "start"), (say.runs("origin.digest"), "auto", "start")]
        rows = [[unbroken(name), digest(value)] for name, value in sorted(context.case.inputs.items())]
        found.append(table(columns, rows, small=True))
    else:
        found.append(paragraph(say.runs("origin.no_inputs"), quiet=True))
    return found


def scale(context: Context, log10_value: float | None) -> list[Block]:
    """The verbal scale with its bands; the band of ``log10_value`` is marked."""
    say = context.texts
    here = None if log10_value is None else verbal_key(log10_value).removeprefix("against_")
    rows = []
    for band in BANDS:
        low, high = (unbroken(numbers.plain_number(10.0**x)) if x < 9 else [] for x in (band.low, band.high))
        limits = say.runs("scale.between", low=low, high=high) if high else say.runs("scale.from_up", low=low)
        marked = band.key == here
        meaning = plain(say.plain(f"verbal.{band.key}"))
        if marked:
            meaning += plain(" – ") + say.runs("scale.here")
        rows.append([cell(limits, marked=marked), cell(meaning, marked=marked)])
    columns = [(say.runs("scale.ratio"), "auto", "start"), (say.runs("scale.words"), "rest", "start")]
    source = (
        say.runs("scale.below") + plain(" ") + say.runs("scale.source", source=unbroken_words(SCALE_SOURCE))
    )
    return [
        heading(say.runs("scale.heading")),
        table(columns, rows, small=True),
        paragraph(source, quiet=True),
    ]


def unbroken_words(text: str) -> Runs:
    """A longer foreign phrase: left-to-right, but free to break between its words."""
    return [{"ltr": text}]


def findings(context: Context, found: Iterable[Finding], hidden: int = 0) -> list[Block]:
    """Findings as framed notes, what and remedy, and how many stand in the annex instead."""
    notes = [note(context.finding(f), "warning") for f in found]
    if hidden:
        count = unbroken(hidden)
        notes.append(paragraph(context.texts.runs("findings.in_annex", count=count), quiet=True))
    return notes
