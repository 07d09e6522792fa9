"""Pedigree shapes of the demo: who is missing, who gave a reference sample, who is neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from amana.kinship.pedigree import Pedigree, Person, Sex

Role = Literal["missing", "typed", "untyped"]


@dataclass(frozen=True)
class Member:
    """One member of a shape.

    ``key`` names the member in the shape ("M1", "mother"); ``born`` is a year.  ``present`` is False for a
    missing person whose remains are not among those found.
    """

    key: str
    sex: Sex
    born: int
    role: Role
    father: str | None = None
    mother: str | None = None
    present: bool = True


@dataclass(frozen=True)
class Shape:
    """A family as a pattern, before it has people.

    ``exchangeable`` lists missing members whom autosomal DNA of this family cannot tell apart.
    ``leans`` maps a missing member to those through whom alone the references reach him or her.
    ``not_the_sample_of`` names a typed member whose sample is somebody else's.
    """

    name: str
    members: tuple[Member, ...]
    exchangeable: tuple[tuple[str, ...], ...] = ()
    leans: Mapping[str, tuple[str, ...]] | None = None
    not_the_sample_of: str | None = None

    def with_role(self, role: Role) -> tuple[Member, ...]:
        """Members of one role, in order."""
        return tuple(m for m in self.members if m.role == role)

    def pedigree(self, family: str) -> Pedigree:
        """The pedigree, with identifiers that carry the family's."""
        return Pedigree(
            Person(
                member_id(family, m.key),
                m.father and member_id(family, m.father),
                m.mother and member_id(family, m.mother),
                m.sex,
            )
            for m in self.members
        )


def member_id(family: str, key: str) -> str:
    """Identifier of a member, such as ``SYN-F04-M2``."""
    return f"{family}-{key}"


def _m(
    key: str, sex: Sex, born: int, role: Role, father: str | None = None, mother: str | None = None
) -> Member:
    return Member(key, sex, born, role, father, mother)


def _absent(key: str, sex: Sex, born: int, father: str | None = None, mother: str | None = None) -> Member:
    return Member(key, sex, born, "missing", father, mother, present=False)


TWO_PARENTS = Shape(
    "two parents",
    (
        _m("father", "M", 1955, "typed"),
        _m("mother", "F", 1960, "typed"),
        _m("M1", "M", 1986, "missing", "father", "mother"),
        _absent("M2", "F", 1991, "father", "mother"),
    ),
)
ONE_SIBLING = Shape(
    "one sibling, parents untyped",
    (
        _m("father", "M", 1940, "untyped"),
        _m("mother", "F", 1946, "untyped"),
        _m("brother", "M", 1970, "typed", "father", "mother"),
        _m("M1", "F", 1974, "missing", "father", "mother"),
    ),
)
WIFE_AND_CHILDREN = Shape(
    "wife and children",
    (
        _m("wife", "F", 1975, "typed"),
        _m("M1", "M", 1969, "missing"),
        _m("son", "M", 1996, "typed", "M1", "wife"),
        _m("daughter", "F", 1999, "typed", "M1", "wife"),
    ),
)
THREE_BROTHERS = Shape(
    "several missing brothers",
    (
        _m("father", "M", 1944, "untyped"),
        _m("mother", "F", 1950, "typed"),
        _m("sister", "F", 1972, "typed", "father", "mother"),
        _m("M1", "M", 1975, "missing", "father", "mother"),
        _m("M2", "M", 1979, "missing", "father", "mother"),
        _m("M3", "M", 1983, "missing", "father", "mother"),
        _m("wife-of-M1", "F", 1980, "typed"),
        _m("son-of-M1", "M", 2003, "typed", "M1", "wife-of-M1"),
    ),
    exchangeable=(("M2", "M3"),),
)
# Two brothers marry two sisters, their first cousins.  The children of either couple are inbred, and double
# first cousins of the other's: the loops interlock.
COUSIN_MARRIAGES = Shape(
    "interlocked first-cousin marriages",
    (
        _m("great-grandfather", "M", 1915, "untyped"),
        _m("great-grandmother", "F", 1920, "untyped"),
        _m("grandfather-a", "M", 1940, "untyped", "great-grandfather", "great-grandmother"),
        _m("grandmother-a", "F", 1944, "typed"),
        _m("grandfather-b", "M", 1943, "untyped", "great-grandfather", "great-grandmother"),
        _m("grandmother-b", "F", 1948, "typed"),
        _m("father", "M", 1964, "untyped", "grandfather-a", "grandmother-a"),
        _m("uncle", "M", 1966, "untyped", "grandfather-a", "grandmother-a"),
        _m("mother", "F", 1969, "typed", "grandfather-b", "grandmother-b"),
        _m("aunt", "F", 1971, "typed", "grandfather-b", "grandmother-b"),
        _m("brother", "M", 1990, "typed", "father", "mother"),
        _m("cousin", "F", 1991, "typed", "uncle", "aunt"),
        _m("M1", "M", 1995, "missing", "father", "mother"),
        _m("M2", "F", 1994, "missing", "uncle", "aunt"),
    ),
)
DISTANT_RELATIVES = Shape(
    "grandparents, half-sibling and cousin",
    (
        _m("grandfather", "M", 1935, "typed"),
        _m("grandmother", "F", 1939, "typed"),
        _m("father", "M", 1961, "untyped", "grandfather", "grandmother"),
        _m("uncle", "M", 1964, "untyped", "grandfather", "grandmother"),
        _m("mother", "F", 1966, "untyped"),
        _m("first-husband", "M", 1958, "untyped"),
        _m("uncles-wife", "F", 1968, "untyped"),
        _m("half-sister", "F", 1986, "typed", "first-husband", "mother"),
        _m("cousin", "M", 1990, "typed", "uncle", "uncles-wife"),
        _m("M1", "M", 1992, "missing", "father", "mother"),
    ),
)
MOTHER_ONLY = Shape(
    "mother only",
    (
        _m("father", "M", 1968, "untyped"),
        _m("mother", "F", 1974, "typed"),
        _m("M1", "M", 1997, "missing", "father", "mother"),
        _m("M2", "F", 2001, "missing", "father", "mother"),
    ),
)
TWO_SISTERS = Shape(
    "two missing sisters",
    (
        _m("father", "M", 1967, "typed"),
        _m("mother", "F", 1972, "typed"),
        _m("M1", "F", 1998, "missing", "father", "mother"),
        _m("M2", "F", 2002, "missing", "father", "mother"),
    ),
    exchangeable=(("M1", "M2"),),
)
FATHER_AND_SON = Shape(
    "father and children missing",
    (
        _m("wife", "F", 1970, "typed"),
        _m("M1", "M", 1964, "missing"),
        _m("M2", "M", 1992, "missing", "M1", "wife"),
        _m("M3", "F", 2000, "missing", "M1", "wife"),
    ),
    leans={"M1": ("M2", "M3")},
)
WRONG_FATHER = Shape(
    "a reference that does not fit",
    (
        _m("father", "M", 1950, "typed"),
        _m("mother", "F", 1955, "typed"),
        _m("sister", "F", 1978, "typed", "father", "mother"),
        _m("brother", "M", 1984, "typed", "father", "mother"),
        _m("M1", "M", 1981, "missing", "father", "mother"),
    ),
    not_the_sample_of="father",
)
NOT_THERE = Shape(
    "seeking somebody who is not there",
    (
        _m("father", "M", 1948, "untyped"),
        _m("mother", "F", 1953, "typed"),
        _m("brother", "M", 1977, "typed", "father", "mother"),
        _absent("M1", "M", 1981, "father", "mother"),
    ),
)
WHOLE_HOUSEHOLD = Shape(
    "a whole household missing",
    (
        _m("grandfather", "M", 1942, "typed"),
        _m("grandmother", "F", 1947, "typed"),
        _m("other-grandfather", "M", 1945, "untyped"),
        _m("other-grandmother", "F", 1950, "typed"),
        _m("aunt", "F", 1978, "typed", "other-grandfather", "other-grandmother"),
        _m("M1", "M", 1971, "missing", "grandfather", "grandmother"),
        _m("M2", "F", 1975, "missing", "other-grandfather", "other-grandmother"),
        _m("M3", "M", 1998, "missing", "M1", "M2"),
        _m("M4", "F", 2003, "missing", "M1", "M2"),
        _m("surviving-daughter", "F", 1996, "typed", "M1", "M2"),
    ),
)

DEMO_SHAPES: tuple[Shape, ...] = (
    TWO_PARENTS,
    ONE_SIBLING,
    WIFE_AND_CHILDREN,
    THREE_BROTHERS,
    COUSIN_MARRIAGES,
    DISTANT_RELATIVES,
    MOTHER_ONLY,
    TWO_SISTERS,
    FATHER_AND_SON,
    WRONG_FATHER,
    NOT_THERE,
    WHOLE_HOUSEHOLD,
)
"""The families of the demo, F01 to F12, in order."""
