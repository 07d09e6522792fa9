"""Geometry of drawn family trees, over pedigrees with every kind of loop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kinship.pedigree import Pedigree, Person
from amana.reporting.tree import Box, Layout, Line, lay_out
from amana.reporting.tree.layout import R

_TEXT_GAP = 4.0


@st.composite
def pedigrees(draw: st.DrawFn) -> Pedigree:
    """Any pedigree: incest, several partners, one parent known, generations skipped, several components."""
    persons: list[Person] = []
    for i in range(draw(st.integers(1, 14))):
        sex = draw(st.sampled_from(["M", "F", "M", "F", None]))
        men = [None, *(p.id for p in persons if p.sex != "F")]
        women = [None, *(p.id for p in persons if p.sex != "M")]
        father = draw(st.sampled_from(men))
        mother = draw(st.sampled_from([w for w in women if w is None or w != father]))
        persons.append(Person(f"P{i}", father, mother, sex))
    return Pedigree(persons)


def laid_out(pedigree: Pedigree, half_width: float = 22.0) -> Layout:
    return lay_out(
        pedigree, {p.id: half_width for p in pedigree.persons}, {p.id: 2 for p in pedigree.persons}
    )


def rectangles(box: Box) -> list[tuple[float, float, float, float]]:
    """Symbol, and text below it, as (left, top, right, bottom)."""
    return [
        (box.x - R, box.y - R, box.x + R, box.y + R),
        (box.x - box.half_width, box.y + R, box.x + box.half_width, box.bottom),
    ]


def overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] - 0.5 and b[0] < a[2] - 0.5 and a[1] < b[3] - 0.5 and b[1] < a[3] - 0.5


def extent(line: Line) -> tuple[float, float, float, float]:
    return min(line.x1, line.x2), min(line.y1, line.y2), max(line.x1, line.x2), max(line.y1, line.y2)


def runs_through(line: Line, rectangle: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = extent(line)
    return (
        left < rectangle[2] - 1
        and right > rectangle[0] + 1
        and top < rectangle[3] - 1
        and bottom > rectangle[1] + 1
    )


def touch(a: Line, b: Line) -> bool:
    p, q = extent(a), extent(b)
    return p[0] <= q[2] + 0.6 and q[0] <= p[2] + 0.6 and p[1] <= q[3] + 0.6 and q[1] <= p[3] + 0.6


def joined(lines: list[Line], start: list[Line]) -> list[Line]:
    """All lines reached from ``start`` through lines that touch."""
    found, stack = list(start), list(start)
    while stack:
        current = stack.pop()
        for line in lines:
            if line not in found and touch(current, line):
                found.append(line)
                stack.append(line)
    return found


def unions(pedigree: Pedigree) -> Iterator[tuple[tuple[str | None, str | None], list[str]]]:
    found: dict[tuple[str | None, str | None], list[str]] = {}
    for p in pedigree.persons:
        if p.father or p.mother:
            either = ((p.father, p.mother), (p.mother, p.father))
            found.setdefault(next((u for u in either if u in found), either[0]), []).append(p.id)
    yield from found.items()


def check(pedigree: Pedigree, layout: Layout) -> None:
    box = {b.person: b for b in layout.boxes}
    assert sorted(b.person for b in layout.boxes) == sorted(p.id for p in pedigree.persons)
    _check_people(pedigree, layout, box)
    for union, children in unions(pedigree):
        _check_connected([line for line in layout.lines if line.union == union], union, children, box)
    _check_lines_apart(layout)


def _check_people(pedigree: Pedigree, layout: Layout, box: dict[str, Box]) -> None:
    for i, one in enumerate(layout.boxes):
        assert one.bottom <= layout.height
        assert one.x - one.half_width >= 0
        assert one.x + one.half_width <= layout.width
        for other in layout.boxes[i + 1 :]:
            assert not any(overlap(a, b) for a in rectangles(one) for b in rectangles(other)), (one, other)
    for p in pedigree.persons:
        for parent in (p.father, p.mother):
            assert parent is None or box[parent].y < box[p.id].y
            assert parent is None or box[parent].generation < box[p.id].generation
    for line in layout.lines:
        for b in layout.boxes:
            symbol, text = rectangles(b)
            assert not runs_through(line, text), (line, b)
            if b.person not in line.union:
                assert not runs_through(line, symbol), (line, b)


def _check_connected(
    lines: list[Line], union: tuple[str | None, str | None], children: list[str], box: dict[str, Box]
) -> None:
    def starts(person: str) -> list[Line]:
        b = box[person]
        ends = [(line, x, y) for line in lines for x, y in ((line.x1, line.y1), (line.x2, line.y2))]
        return [line for line, x, y in ends if abs(x - b.x) < 0.6 and abs(y - b.y) < R and line.horizontal]

    def arrives(person: str) -> list[Line]:
        b = box[person]
        return [
            li
            for li in lines
            if not li.horizontal and abs(li.x1 - b.x) < 0.6 and abs(extent(li)[3] - (b.y - R)) < 0.6
        ]

    partners = [p for p in union if p is not None]
    for partner in partners:
        assert starts(partner), f"no line leaves {partner} for {union}"
        reached = joined(lines, starts(partner))
        for child in children:
            assert any(line in reached for line in arrives(child)), f"{child} does not hang from {union}"
        for other in partners:
            assert any(line in reached for line in starts(other))
    assert len(joined(lines, lines[:1])) == len(lines), "a loose piece of line"


def _check_lines_apart(layout: Layout) -> None:
    """Lines of different families neither run along each other nor end on each other."""
    symbols = [rectangles(b)[0] for b in layout.boxes]

    def in_symbol(x: float, y: float) -> bool:
        return any(s[0] <= x <= s[2] and s[1] <= y <= s[3] for s in symbols)

    for i, a in enumerate(layout.lines):
        for b in layout.lines[i + 1 :]:
            if a.union == b.union:
                continue
            p, q = extent(a), extent(b)
            if a.horizontal == b.horizontal:
                near = abs(a.y1 - b.y1) < 3 if a.horizontal else abs(a.x1 - b.x1) < 3
                k = 0 if a.horizontal else 1
                assert not (near and p[k] < q[k + 2] - 0.5 and q[k] < p[k + 2] - 0.5), (a, b)
            for one, other in ((a, b), (b, a)):
                ends = ((one.x1, one.y1), (one.x2, one.y2))
                o = extent(other)
                for x, y in ends:
                    on = o[0] - 0.6 <= x <= o[2] + 0.6 and o[1] - 0.6 <= y <= o[3] + 0.6
                    assert not on or in_symbol(x, y), (one, other)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(pedigrees())
def test_any_pedigree_is_drawn_right(pedigree: Pedigree) -> None:
    check(pedigree, laid_out(pedigree))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(pedigrees(), st.floats(17, 80))
def test_any_width_of_text(pedigree: Pedigree, half_width: float) -> None:
    check(pedigree, laid_out(pedigree, half_width))


def family(*rows: str) -> Pedigree:
    """``child father mother sex`` per row, ``-`` for not known."""
    people = []
    for row in rows:
        person, father, mother, sex = (None if f == "-" else f for f in row.split())
        people.append(Person(str(person), father, mother, sex))  # type: ignore[arg-type]
    return Pedigree(people)


FOUNDERS = ("GF - - M", "GM - - F", "F GF GM M", "U GF GM M", "A - - F", "B - - F")
NAMED = {
    "first cousins": (*FOUNDERS, "X F A M", "Y U B F", "C X Y M", "D X Y F"),
    "double cousins": (
        *("GF - - M", "GM - - F", "HF - - M", "HM - - F", "F GF GM M", "U GF GM M", "A HF HM F", "B HF HM F"),
        *("X F A M", "Y U B F", "C X Y M"),
    ),
    "three wives": ("H - - M", "A - - F", "B - - F", "C - - F", "1 H A M", "2 H B F", "3 H C M", "4 H C M"),
    "uncle and niece": (*FOUNDERS, "N F A F", "C U N M"),
    "father and daughter": ("F - - M", "A - - F", "D F A F", "C F D M"),
    "brother and sister": ("F - - M", "A - - F", "S F A M", "D F A F", "C S D M", "E C D F"),
    "half siblings, one parent known": ("F - - M", "1 F - M", "2 F - F", "A - - F", "3 F A M", "4 - A F"),
    "two components and a single": ("F - - M", "1 F - M", "A - - F", "2 - A F", "Z - - -"),
    "generations skipped twice": (
        *("F - - M", "A - - F", "S F A M", "W - - F", "D S W F", "V - - M", "E V D F", "C F E M", "K S E M"),
    ),
}


@pytest.mark.parametrize("name", NAMED)
def test_named_pedigrees(name: str) -> None:
    pedigree = family(*NAMED[name])
    check(pedigree, laid_out(pedigree))


def test_related_partners_have_a_double_line_and_others_not() -> None:
    layout = laid_out(family(*NAMED["first cousins"]))
    double = {line.union for line in layout.lines if line.double}
    assert double == {("X", "Y")}
    assert all(line.couple for line in layout.lines if line.double)


def test_the_line_from_father_to_daughter_is_double_through_all_rows() -> None:
    layout = laid_out(family(*NAMED["father and daughter"]))
    lines = [line for line in layout.lines if line.union == ("F", "D") and line.couple]
    assert lines
    assert all(line.double for line in lines)


def test_uncle_stands_beside_his_niece() -> None:
    generation = {b.person: b.generation for b in laid_out(family(*NAMED["uncle and niece"])).boxes}
    assert generation["U"] == generation["N"] == 2
    assert generation["F"] == 1


def test_partners_of_one_couple_are_neighbours_and_parents_stand_over_the_middle() -> None:
    layout = laid_out(family("F - - M", "A - - F", "1 F A M", "2 F A F", "3 F A M"))
    x = {b.person: b.x for b in layout.boxes}
    assert x["F"] < x["A"]
    assert x["1"] < x["2"] < x["3"]
    assert abs((x["F"] + x["A"]) / 2 - x["2"]) < 0.5


def test_the_same_pedigree_gives_the_same_drawing() -> None:
    pedigree = family(*NAMED["generations skipped twice"])
    assert laid_out(pedigree) == laid_out(pedigree)
