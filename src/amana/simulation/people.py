"""Synthetic people: names, years of birth.  Nobody here exists.

Given names are common ones.  Family names are no family's: each is an Arabic word for "made up",
so that nobody can mistake a demo person for a real one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from amana.kinship.pedigree import Person, Sex
from amana.simulation.families import Shape, member_id
from amana.simulation.genes import parents_first

Token = tuple[str, str]
"""A name in Arabic and in Latin letters."""

MEN: tuple[Token, ...] = (
    ("محمد", "Muhammad"), ("أحمد", "Ahmad"), ("محمود", "Mahmoud"), ("خالد", "Khaled"), ("يوسف", "Yousef"),
    ("إبراهيم", "Ibrahim"), ("عمر", "Omar"), ("سامر", "Samer"), ("نادر", "Nader"), ("زياد", "Ziad"),
    ("فادي", "Fadi"), ("باسل", "Basel"), ("مازن", "Mazen"), ("رامي", "Rami"), ("وليد", "Walid"),
    ("طارق", "Tareq"), ("حسن", "Hasan"), ("ياسر", "Yaser"), ("عدنان", "Adnan"), ("غسان", "Ghassan"),
    ("نبيل", "Nabil"), ("هيثم", "Haitham"), ("أيمن", "Ayman"), ("مروان", "Marwan"),
)  # fmt: skip
WOMEN: tuple[Token, ...] = (
    ("فاطمة", "Fatima"), ("مريم", "Maryam"), ("خديجة", "Khadija"), ("أمينة", "Amina"), ("سلمى", "Salma"),
    ("هدى", "Huda"), ("رنا", "Rana"), ("ليلى", "Layla"), ("سعاد", "Suad"), ("نور", "Nour"),
    ("هبة", "Hiba"), ("دعاء", "Duaa"), ("آلاء", "Alaa"), ("سمر", "Samar"), ("منى", "Muna"),
    ("ريم", "Reem"), ("زينب", "Zainab"), ("عائشة", "Aisha"), ("نجوى", "Najwa"), ("إيمان", "Iman"),
)  # fmt: skip
FAMILY_NAMES: tuple[Token, ...] = (
    ("النموذجي", "al-Namudhaji"), ("التجريبي", "al-Tajribi"), ("الافتراضي", "al-Iftiradi"),
    ("التخيلي", "al-Takhayyuli"), ("التمثيلي", "al-Tamthili"), ("المصطنع", "al-Mustana"),
    ("التوليدي", "al-Tawlidi"), ("المفترض", "al-Muftarad"), ("المحاكي", "al-Muhaki"),
    ("التدريبي", "al-Tadribi"), ("الاختباري", "al-Ikhtibari"), ("التعليمي", "al-Talimi"),
)  # fmt: skip
"""Of the model, experimental, hypothetical, imagined, illustrative, artificial, generated, supposed,
simulating, for training, for testing, for teaching."""
OUTSIDE_NAMES: tuple[Token, ...] = (
    ("التقديري", "al-Taqdiri"),
    ("المستعار", "al-Mustaar"),
    ("التصوري", "al-Tasawwuri"),
)
"""Estimated, assumed (of a name), notional: for those who married in."""


@dataclass(frozen=True)
class SyntheticPerson:
    """A person who does not exist.  ``mother`` is the mother's given name and her father's family."""

    id: str
    sex: Sex
    born: int
    given: Token
    father: Token
    grandfather: Token
    family_name: Token
    mother: Token
    synthetic: bool = True

    @property
    def name_ar(self) -> str:
        """Given name, father's, grandfather's and the family's."""
        return " ".join((self.given[0], self.father[0], self.grandfather[0], self.family_name[0]))

    @property
    def name_en(self) -> str:
        """The same in Latin letters."""
        return " ".join((self.given[1], self.father[1], self.grandfather[1], self.family_name[1]))


def name_family(
    shape: Shape, family: str, family_name: Token, rng: np.random.Generator
) -> tuple[SyntheticPerson, ...]:
    """Names for every member of a family, consistent with who descends from whom.

    Children carry their father's name and family; of the members without a father, men and the line of the
    missing take ``family_name``, others one of :data:`OUTSIDE_NAMES`.  Brothers and sisters never share a
    given name, nor does a son his father's.
    """
    people: dict[str, SyntheticPerson] = {}
    line = {member_id(family, key) for key in _line(shape)}
    for person in parents_first(shape.pedigree(family)):
        father = people.get(person.father or "")
        mother = people.get(person.mother or "")
        used = [p.given for p in people.values()]
        given = _pick(MEN if person.sex == "M" else WOMEN, rng, used)
        if father is not None:
            fathers, grandfathers, surname = father.given, father.father, father.family_name
        else:
            fathers = _pick(MEN, rng, (given,))
            grandfathers = _pick(MEN, rng, (given, fathers))
            surname = family_name if person.id in line else _pick(OUTSIDE_NAMES, rng, ())
        mothers = (
            (f"{mother.given[0]} {mother.family_name[0]}", f"{mother.given[1]} {mother.family_name[1]}")
            if mother is not None
            else _joined(_pick(WOMEN, rng, ()), _pick(OUTSIDE_NAMES, rng, ()))
        )
        people[person.id] = SyntheticPerson(
            person.id,
            person.sex or "M",
            _born(shape, family, person),
            given,
            fathers,
            grandfathers,
            surname,
            mothers,
        )
    return tuple(people[member_id(family, m.key)] for m in shape.members)


def _line(shape: Shape) -> set[str]:
    """Keys of fatherless members from whom a missing person has the family's name."""
    by_key = {m.key: m for m in shape.members}
    tops = set()
    for member in shape.with_role("missing"):
        top = member
        while top.father is not None:
            top = by_key[top.father]
        # A mother who is missing with her children keeps her own father's name.
        if top.sex == "M":
            tops.add(top.key)
    return tops


def _joined(given: Token, family: Token) -> Token:
    return f"{given[0]} {family[0]}", f"{given[1]} {family[1]}"


def _born(shape: Shape, family: str, person: Person) -> int:
    return next(m.born for m in shape.members if member_id(family, m.key) == person.id)


def _pick(tokens: Sequence[Token], rng: np.random.Generator, avoid: Sequence[Token]) -> Token:
    free = [t for t in tokens if t not in avoid]
    return free[int(rng.integers(len(free)))]
