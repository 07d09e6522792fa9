"""Remains against the missing people of families, line by line, through whoever was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from amana.kinship.lineage.databases import MtDatabase, YDatabase
from amana.kinship.lineage.evidence import LineageEvidence, LineageSettings, weigh_mt, weigh_y
from amana.kinship.lineage.lines import LINES, Line, line_of, typed_on_line
from amana.kinship.lineage.mtdna import MtHaplotype
from amana.kinship.lineage.ystr import YHaplotype
from amana.kinship.pedigree import Pedigree, Sex
from amana.kinship.profiles import Role
from amana.kinship.purpose import Act, require


@dataclass(frozen=True)
class LineageFamily:
    """One family: its pedigree, whom it misses, and the haplotypes of its members."""

    id: str
    pedigree: Pedigree
    missing: tuple[str, ...]
    y: Mapping[str, YHaplotype] = field(default_factory=dict)
    mt: Mapping[str, MtHaplotype] = field(default_factory=dict)

    def typed(self, line: Line) -> Mapping[str, YHaplotype] | Mapping[str, MtHaplotype]:
        """Haplotypes of one line by person."""
        return self.y if line == "Y" else self.mt


@dataclass(frozen=True)
class LineageRemains:
    """One remains profile; None where a line was not typed."""

    id: str
    sex: Sex | None = None
    y: YHaplotype | None = None
    mt: MtHaplotype | None = None


@dataclass(frozen=True)
class Target:
    """One missing person: who should share each line, and who of them was typed.

    Attributes
    ----------
    sharing
        Line to everybody who has it in common with the missing person, with meioses, nearest first.
    relatives
        The same, of those who were typed.
    """

    family: LineageFamily
    missing: str
    sharing: Mapping[Line, Mapping[str, int]]
    relatives: Mapping[Line, Mapping[str, int]]

    @property
    def sex(self) -> Sex | None:
        """Of the missing person."""
        return self.family.pedigree[self.missing].sex


class LineageComparison:
    """Comparisons of any remains with the targets of some families; equal ones are computed once.

    Parameters
    ----------
    y_database, mt_database
        Of the region.  Without one a line is a filter: a verdict and no number.
    """

    def __init__(
        self,
        families: Sequence[LineageFamily],
        y_database: YDatabase | None = None,
        mt_database: MtDatabase | None = None,
        settings: LineageSettings | None = None,
    ) -> None:
        require(Act.KINSHIP, Role.REMAINS, Role.RELATIVE)
        self.families = tuple(families)
        self.settings = settings or LineageSettings()
        self.y_database, self.mt_database = y_database, mt_database
        self.targets = tuple(_target(f, m) for f in self.families for m in f.missing)
        self._numbers: dict[YHaplotype | MtHaplotype, int] = {}
        self._known: dict[tuple[Line, int, int, int], LineageEvidence] = {}

    def compare(self, remains: LineageRemains, target: Target) -> tuple[LineageEvidence, ...]:
        """Evidence of each line that remains and a typed relative of the target have in common.

        Of several relatives the nearest with whom anything can be compared.  Nothing where sexes disagree.
        """
        if None not in (remains.sex, target.sex) and remains.sex != target.sex:
            return ()
        found = []
        for line in LINES:
            haplotype = remains.y if line == "Y" else remains.mt
            if haplotype is None:
                continue
            for relative, meioses in target.relatives[line].items():
                told = self._one(line, haplotype, target.family.typed(line)[relative], meioses)
                if told.verdict != "not-comparable":
                    found.append(replace(told, relative=relative))
                    break
        return tuple(found)

    def conflicts(self) -> list[tuple[str, Line, str, str]]:
        """Family, line and two of its typed people who should share the line and exclude each other.

        Wrong parentage, an adoption nobody spoke of, or swapped samples: to be cleared up discreetly before
        anything is concluded from this family.
        """
        found: list[tuple[str, Line, str, str]] = []
        for family in self.families:
            for line in LINES:
                typed = family.typed(line)
                for a, b in combinations(sorted(typed), 2):
                    meioses = line_of(family.pedigree, a, line).get(b)
                    if meioses is not None and self._one(line, typed[a], typed[b], meioses).excluded:
                        found.append((family.id, line, a, b))
        return found

    def _one(
        self, line: Line, a: YHaplotype | MtHaplotype, b: YHaplotype | MtHaplotype, meioses: int
    ) -> LineageEvidence:
        numbers = [self._numbers.setdefault(h, len(self._numbers)) for h in (a, b)]
        key = line, numbers[0], numbers[1], meioses
        if key not in self._known:
            if isinstance(a, YHaplotype) and isinstance(b, YHaplotype):
                told = weigh_y(a, b, "", meioses, self.y_database, self.settings)
            else:
                assert isinstance(a, MtHaplotype)
                assert isinstance(b, MtHaplotype)
                told = weigh_mt(a, b, "", meioses, self.mt_database, self.settings)
            self._known[key] = told
        return self._known[key]


def _target(family: LineageFamily, missing: str) -> Target:
    pedigree = family.pedigree
    sharing = {
        line: {p: m for p, m in line_of(pedigree, missing, line).items() if p != missing} for line in LINES
    }
    relatives = {line: typed_on_line(pedigree, missing, line, family.typed(line).keys()) for line in LINES}
    return Target(family, missing, sharing, relatives)
