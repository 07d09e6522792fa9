"""Tables for the checks of families and of contamination.  docs/formats.md says what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from amana.interchange.collecting import Problems
from amana.interchange.register_models import CallsOf, read_typed
from amana.interchange.register_sheets import (
    FAMILIES_COLUMNS,
    Sheet,
    check_names,
    doubts_of,
    missing_of,
    pedigree_of,
    sexes_of,
    shapes_of,
)
from amana.interchange.register_tables import check_untyped, numbers_of
from amana.interchange.text import clean
from amana.kinship.contamination import Handler, Typed
from amana.kinship.panel import Panel
from amana.kinship.profiles import Profile, Role
from amana.kinship.quality.families import FamilyGroup, Read, Sample, group
from amana.kinship.screening.register import SEXES
from amana.problems import InputProblem

_ITEMS = ("item", "family", "person"), ("dropout", "dropin")
_SAMPLES = ("sample", "role"), ("source", "plate", "batch", "bag", "dropout", "dropin")
_HANDLERS = ("person", "group", "consent"), ("source",)
_ROLES = {
    "remains": Role.REMAINS, "رفات": Role.REMAINS, "relative": Role.RELATIVE, "قريب": Role.RELATIVE,
    "item": Role.ITEM, "غرض": Role.ITEM, "blank": Role.BLANK, "شاهد سلبي": Role.BLANK,
}  # fmt: skip
_CONSENT = frozenset({"elimination", "استبعاد"})
"""The one purpose that a handler's consent can be for."""


@dataclass(frozen=True)
class FamiliesInput:
    """Families ready to be checked.

    Attributes
    ----------
    inputs
        File name to SHA-256 digest (hex) of what was read.
    warnings
        Non-fatal findings made while reading.
    """

    panel: Panel
    groups: tuple[FamilyGroup, ...]
    inputs: Mapping[str, str]
    warnings: Sequence[InputProblem] = ()


@dataclass(frozen=True)
class ContaminationInput:
    """Samples and handlers ready to be compared; the rest as in :class:`FamiliesInput`."""

    panel: Panel
    samples: tuple[Typed, ...]
    handlers: tuple[Handler, ...]
    inputs: Mapping[str, str]
    warnings: Sequence[InputProblem] = ()


def read_checked_families(
    families: str | Path,
    frequencies: str | Path,
    mutation: str | Path | None = None,
    items: str | Path | None = None,
) -> FamiliesInput:
    """The table of families of a register, and one of direct reference items.

    Raises
    ------
    InputProblems
        with every fault in every file, followed by the warnings.
    """
    typed = read_typed(frequencies, mutation, (families, FAMILIES_COLUMNS), (items, _ITEMS))
    panel, calls, problems = typed.panel, typed.calls, typed.problems
    problems.raise_faults()
    people, things = typed.sheet(0), typed.sheets[1]
    samples = _items(things, people, panel, calls, problems) if things is not None else {}
    groups = group(_families(people, panel, calls, samples, problems))
    problems.raise_faults()
    return FamiliesInput(panel, groups, typed.digests, problems.warnings)


_Items = dict[tuple[str, str], list[tuple[str, NDArray[np.int32]]]]
"""Family and person to the names and observation numbers of their things."""


def _items(sheet: Sheet, people: Sheet, panel: Panel, calls: CallsOf, problems: Problems) -> _Items:
    columns = sheet.columns
    check_names(sheet, "item", columns["item"], problems)
    known = set(zip(people.columns["family"], people.columns["person"], strict=True))
    # X markers are not used in this check, so nobody's sex matters here.
    sexes = np.full(len(sheet), SEXES.index("F"))
    doubt, doubts = doubts_of(sheet, problems)
    seen = numbers_of(sheet, panel, calls, sexes, doubt, doubts, problems)
    found: _Items = {}
    for i, whose in enumerate(zip(columns["family"], columns["person"], strict=True)):
        if whose not in known:
            params = {"item": columns["item"][i], "family": whose[0], "person": whose[1]}
            problems.fault("quality.item-of-nobody", sheet.file, i + 2, "person", **params)
        found.setdefault(whose, []).append((columns["item"][i], seen[i]))
    return found


def _families(sheet: Sheet, panel: Panel, calls: CallsOf, items: _Items, problems: Problems) -> list[Read]:
    columns = sheet.columns
    names = columns["person"]
    check_names(sheet, "person", list(zip(columns["family"], names, strict=True)), problems)
    sexes, missing = sexes_of(sheet, problems), missing_of(sheet)
    doubt, doubts = doubts_of(sheet, problems)
    seen = numbers_of(sheet, panel, calls, sexes, doubt, doubts, problems)
    check_untyped(sheet, missing & (seen != 0).any(axis=1), problems)
    read = []
    for shape, starts in shapes_of(sheet, sexes, missing, problems).items():
        pedigree = pedigree_of(shape, sheet, starts[0], problems)
        for s in starts if pedigree is not None else ():
            assert pedigree is not None
            family, persons = columns["family"][s], tuple(names[s : s + len(shape)])
            samples = [(p, Sample(i), seen[s + i]) for i, p in enumerate(persons)]
            samples += [
                (name, Sample(i, item=True), numbers)
                for i, p in enumerate(persons)
                for name, numbers in items.get((family, p), ())
            ]
            read.append(Read(family, pedigree, persons, tuple(samples)))
    return read


def read_contamination(
    samples: str | Path, elimination: str | Path | None, frequencies: str | Path
) -> ContaminationInput:
    """Samples as they went through the laboratory, and elimination profiles.

    Raises
    ------
    InputProblems
        with every fault in every file, followed by the warnings.
    """
    read = read_typed(frequencies, None, (samples, _SAMPLES), (elimination, _HANDLERS))
    calls, problems, people = read.calls, read.problems, read.sheets[1]
    typed = _typed(read.sheet(0), calls, problems)
    handlers = _handlers(people, calls, problems) if people is not None else ()
    problems.raise_faults()
    return ContaminationInput(read.panel, typed, handlers, read.digests, problems.warnings)


def _profiles(sheet: Sheet, names: Sequence[str], calls: CallsOf, problems: Problems) -> list[Profile]:
    doubt, doubts = doubts_of(sheet, problems)
    by_code = {m: [calls[m][text] for text in cells] for m, cells in sheet.cells.items()}
    return [
        Profile(
            name,
            {
                m: call
                for m, codes in sheet.codes.items()
                if (call := by_code[m][codes[i]]) is not None and call != (None, None)
            },
            *doubts[doubt[i]],
        )
        for i, name in enumerate(names)
    ]


def _typed(sheet: Sheet, calls: CallsOf, problems: Problems) -> tuple[Typed, ...]:
    ids = sheet.columns["sample"]
    check_names(sheet, "sample", ids, problems)
    found = []
    for i, profile in enumerate(_profiles(sheet, ids, calls, problems)):
        said = sheet.columns["role"][i]
        role = _ROLES.get(clean(said).casefold())
        if role is None:
            problems.fault("contamination.bad-role", sheet.file, i + 2, "role", value=said)
        told = [sheet.columns[c][i] if c in sheet.columns else "" for c in _SAMPLES[1][:4]]
        made = Profile(profile.sample, profile.calls, profile.dropout, profile.dropin, role=role)
        found.append(Typed(made, *told))
    return tuple(found)


def _handlers(sheet: Sheet, calls: CallsOf, problems: Problems) -> tuple[Handler, ...]:
    columns = sheet.columns
    check_names(sheet, "person", columns["person"], problems)
    found = []
    for i, profile in enumerate(_profiles(sheet, columns["person"], calls, problems)):
        if clean(columns["consent"][i]).casefold() not in _CONSENT:
            problems.fault(
                "contamination.no-consent", sheet.file, i + 2, "consent",
                person=profile.sample, value=columns["consent"][i],
            )  # fmt: skip
        source = columns["source"][i] if "source" in columns else ""
        made = Profile(profile.sample, profile.calls, role=Role.ELIMINATION)
        found.append(Handler(made, columns["group"][i], source))
    return tuple(found)
