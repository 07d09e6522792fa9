"""The laboratory annex: genotypes, figures by marker, family trees, fit of the references."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from amana.kinship.frequencies import allele_order
from amana.kinship.joint.case import Family
from amana.kinship.profiles import Profile
from amana.reporting import numbers
from amana.reporting.blocks import Block, beside, cell, figure, grid, heading, note, paragraph, table
from amana.reporting.context import Context
from amana.reporting.pedigree_svg import draw_pedigree
from amana.reporting.svg import visible
from amana.reporting.texts import Runs, breakable, free, pieces, plain, to_text, unbroken
from amana.reporting.waterfall_svg import waterfall_svg

_ON_ONE_PAGE = 40
_NARROW, _FEW = 230.0, 10  # a tree so narrow (points) of so few people stands beside its table
_SAMPLES_ACROSS, _ACROSS = 9, 400.0  # most columns, and their width together in points


def laboratory_annex(context: Context) -> dict[str, Any]:
    """Data of the annex, for the template."""
    say = context.texts
    blocks: list[Block] = [note([say.runs("annex.notice")], "warning")]
    for family in context.case.families:
        blocks += _family(context, family)
    blocks += _waterfalls(context)
    remains = [("", v.id, v.profile) for v in context.case.victims]
    blocks += _genotypes(context, say.runs("annex.genotypes_remains"), remains)
    references = [
        (f.id, person, profile) for f in context.case.families for person, profile in f.profiles.items()
    ]
    blocks += _genotypes(context, say.runs("annex.genotypes_references"), references)
    blocks += _findings(context)
    return context.report(
        title=say.runs("annex.title"),
        file_title=say.plain("annex.file_title", case=visible(context.case.name)),
        eyebrow=say.runs("annex.eyebrow", case=free(context.case.name)),
        blocks=blocks,
    )


def _svg_width(svg: str) -> float:
    found = re.search(r'width="([0-9.]+)"', svg)
    assert found is not None
    return float(found[1])


def _family(context: Context, family: Family) -> list[Block]:
    say = context.texts
    me = unbroken(family.id)
    remains = {m: _remains(found) for m, found in _by_missing(context, family).items()}
    typed = [p for p in family.profiles if p in family.pedigree]
    svg = draw_pedigree(
        family.pedigree, typed=typed, missing=family.missing, victims=remains, language=context.language
    )
    picture = figure(
        svg,
        to_text(say.runs("annex.tree_alt", family=me)),
        [],
        width=_svg_width(svg),
    )
    rows = []
    for person in family.pedigree.persons:
        sex = {"M": "male", "F": "female"}.get(person.sex or "", "sex_unknown")
        parents = [
            breakable(parent) if parent else unbroken("–") for parent in (person.father, person.mother)
        ]
        role = _role(context, family, person.id, remains)
        rows.append([breakable(person.id), plain(say.plain(f"annex.{sex}")), *parents, role])
    widths = {"person": "rest", "sex": "auto", "father": "rest", "mother": "rest", "role": "rest"}
    columns = [(say.runs(f"annex.{key}"), width, "start") for key, width in widths.items()]
    title = heading(say.runs("annex.family", family=me))
    people = table(columns, rows, small=True)
    narrow = picture["width"] <= _NARROW and len(rows) <= _FEW
    shown = [beside(picture, people)] if narrow else [picture, people]
    return [title, *_consistency(context, family), *shown]


def _by_missing(context: Context, family: Family) -> dict[str, list[str]]:
    supported = context.supported()
    return {m: [c.victim for c in supported[m]] for m in family.missing if m in supported}


def _remains(victims: Sequence[str]) -> str:
    return " / ".join(victims)


def _role(context: Context, family: Family, person: str, remains: dict[str, str]) -> Runs:
    say = context.texts
    if person in family.missing:
        if person in remains:
            return say.runs("annex.sought_supported", victim=unbroken(remains[person]))
        return say.runs("annex.sought")
    if person in family.profiles:
        return say.runs("annex.typed", sample=unbroken(family.profiles[person].sample))
    return say.runs("annex.untyped")


def _consistency(context: Context, family: Family) -> list[Block]:
    say = context.texts
    quality = next((q for q in context.result.families if q.family == family.id), None)
    if quality is None:
        return []
    me = unbroken(family.id)
    if not quality.inconsistent_markers:
        return [paragraph(say.runs("annex.consistent", family=me), leads=True)]
    count = unbroken(len(quality.inconsistent_markers))
    text = say.runs(
        "annex.inconsistent", family=me, count=count, markers=context.ids(quality.inconsistent_markers)
    )
    verdict = say.runs("annex.tolerated" if quality.consistent else "annex.rejected")
    found = [note([text, verdict], "warning")]
    if quality.suspects:
        columns = [(say.runs("annex.suspect"), "auto", "start"), (say.runs("annex.remain"), "rest", "start")]
        rows = [[unbroken(person), unbroken(remain)] for person, remain in quality.suspects]
        found.append(table(columns, rows, small=True))
    return found


def _waterfalls(context: Context) -> list[Block]:
    say = context.texts
    figures = []
    for c in context.result.conclusions:
        if not c.by_marker or not c.missing:
            continue
        who = {"victim": unbroken(c.victim), "missing": context.ids(c.missing)}
        total = sum(c.by_marker.values())
        alt = say.runs("annex.waterfall_alt", total=unbroken(numbers.signed(total)), **who)
        svg = waterfall_svg(c.by_marker, context.language)
        figures.append(
            figure(svg, to_text(alt), say.runs("annex.waterfall_title", **who), width=_svg_width(svg))
        )
    if not figures:
        return []
    intro = paragraph(say.runs("annex.waterfalls_intro"), leads=True)
    return [heading(say.runs("annex.waterfalls")), intro, grid(figures)]


def _genotypes(context: Context, title: Runs, profiles: Sequence[tuple[str, str, Profile]]) -> list[Block]:
    """Tables of markers by samples, as many side by side as fit.

    ``profiles``: (family or "", person, profile).
    """
    if not profiles:
        return []
    say = context.texts
    found = [heading(title)]
    longest = max(len(piece) for _, person, _ in profiles for piece in pieces(person))
    fitting = min(_SAMPLES_ACROSS, int(_ACROSS / (10 + 4.6 * longest)))
    parts = math.ceil(len(profiles) / fitting)
    across = math.ceil(len(profiles) / parts)
    for start in range(0, len(profiles), across):
        part = profiles[start : start + across]
        columns = [(say.runs("annex.marker"), "auto", "start")]
        columns += [(breakable(person), "rest", "center") for _, person, _ in part]
        groups: list[tuple[Runs, int]] = []
        if any(family for family, _, _ in part):
            groups.append(([], 1))
            groups += [
                (unbroken(name), len(list(same))) for name, same in groupby(family for family, _, _ in part)
            ]
        rows: list[list[Any]] = []
        for marker in context.case.markers:
            calls = [_call(context, profile, marker.name) for _, _, profile in part]
            rows.append([cell(unbroken(marker.name)), *calls])
        found.append(table(columns, rows, groups=groups, small=True, together=len(rows) <= _ON_ONE_PAGE))
    if any(profile.replicates for _, _, profile in profiles):
        found.append(paragraph(say.runs("annex.replicates"), quiet=True))
    return found


def _call(context: Context, profile: Profile, marker: str) -> Runs:
    if marker in profile.replicates:
        typings = (" ".join(sorted(seen, key=allele_order)) or "–" for seen in profile.replicates[marker])
        return unbroken(" | ".join(typings))
    call = profile.calls.get(marker)
    if call is None or call == (None, None):
        return context.texts.runs("annex.no_result")
    known = sorted((allele for allele in call if allele is not None), key=allele_order)
    return unbroken(" / ".join([*known, *["?"] * (2 - len(known))]))


def _findings(context: Context) -> list[Block]:
    say = context.texts
    found = [note(context.finding(f), "warning") for f in context.result.findings]
    for c in context.result.conclusions:
        for f in c.findings:
            if context.is_for_the_laboratory(f):
                first, *rest = context.finding(f)
                found.append(note([unbroken(c.victim) + plain(": ") + first, *rest], "warning"))
    found += [note([context.warning(w)], "warning") for w in context.case.warnings]
    return [heading(say.runs("annex.findings")), *found] if found else []
