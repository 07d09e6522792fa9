"""The drawn family tree.

Symbols follow the standardised human pedigree nomenclature (Bennett, French, Resta & Lochner Doyle,
*Journal of Genetic Counseling* 17(5), 2008, pp. 424-433): square male, circle female, diamond not known, a
double line for partners who are related.  Whether a person was typed or is missing is said by text and by
the outline, never by colour alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from xml.sax.saxutils import quoteattr

from amana.kinship.pedigree import Pedigree, Sex
from amana.problems import Language
from amana.reporting.svg import (
    ACCENT,
    ACCENT_SOFT,
    ATTENTION,
    ATTENTION_SOFT,
    INK,
    PAPER,
    SOFT,
    document,
    element,
    isolated,
    number,
    phrase,
    text_width,
    visible,
    words,
)
from amana.reporting.texts import texts
from amana.reporting.tree import Line, lay_out
from amana.reporting.tree.layout import R

_SIZE, _LONGEST = 11.0, 16
_SMALL = {"en": 9.5, "ar": 11.0}  # Naskh looks smaller than Latin letters of its size
_HOP, _LEAST_WIDTH = 4.0, 300.0
_ENLARGED = 1.15  # letters of 11 become 12.7 on a page


def draw_pedigree(
    pedigree: Pedigree,
    *,
    typed: Collection[str] = (),
    missing: Collection[str] = (),
    labels: Mapping[str, str] | None = None,
    victims: Mapping[str, str] | None = None,
    language: Language = "en",
    for_screen: bool = False,
) -> str:
    """A family tree as one SVG with a legend below it.

    Every person is drawn once, whatever loops the pedigree has; unconnected components stand side by side.

    Parameters
    ----------
    typed
        People with a reference profile.
    missing
        People who are sought.
    labels
        Text below a person instead of the identifier; a line break in it stays one.
    victims
        Missing person to the victim that DNA supports.
    language
        Of the words; identifiers stay as they are and are isolated.
    for_screen
        For a page: larger, with the fonts and classes of the screen and a description.

    Returns
    -------
    SVG text without any outside resource.  Each person is a ``<g data-person=…>``, each piece of line
    carries ``data-father`` and ``data-mother``.
    """
    say = texts(language).plain
    below: dict[str, list[tuple[str, float, str]]] = {}
    for person in pedigree.persons:
        lines = [
            (isolated(part), _SIZE, INK)
            for line in (labels or {}).get(person.id, visible(person.id)).split("\n")
            for part in _pieces(visible(line))
        ]
        if person.id in missing:
            lines.append(
                (phrase(say(f"tree.missing_{person.sex or 'X'}"), language), _SMALL[language], ATTENTION)
            )
        if person.id in (victims or {}):
            victim = isolated(visible((victims or {})[person.id]))
            lines.append((phrase(say("tree.supported", victim=victim), language), _SMALL[language], ACCENT))
        below[person.id] = lines
    width = {p: max(R, *(text_width(t, s) / 2 for t, s, _ in lines)) + 3 for p, lines in below.items()}
    layout = lay_out(pedigree, width, {p: len(lines) for p, lines in below.items()})
    double = [line for line in layout.lines if line.double]
    content = [_double(line, 5.2, INK) for line in double] + [_double(line, 2.4, PAPER) for line in double]
    content += _single([line for line in layout.lines if not line.double], layout.lines)
    content += [words("?", x, y - 3, size=9, colour=SOFT) for x, y in layout.lone]
    for box in layout.boxes:
        person = pedigree[box.person]
        symbol = _symbol(person.sex, box.x, box.y, box.person in typed, box.person in missing)
        text, y = [], box.y + R + 4
        for line, size, colour in below[box.person]:
            y += 12.5
            text.append(words(line, box.x, y, size=size, colour=colour))
        content.append(f"<g data-person={quoteattr(visible(box.person))}>{symbol}{''.join(text)}</g>")
    shown = _legend_entries(pedigree, typed, missing, any(p.double for p in layout.lines), bool(layout.lone))
    legend, width_needed, height = _legend(
        shown, layout.height + 14, max(layout.width, _LEAST_WIDTH), language
    )
    tree = element(
        "g", "".join(content), transform=f"translate({number((width_needed - layout.width) / 2)} 0)"
    )
    return document(
        width_needed,
        height,
        say("tree.title"),
        tree + legend,
        description=_description(pedigree, typed, missing, language) if for_screen else "",
        for_screen=for_screen,
        enlarged=_ENLARGED if for_screen else 1.0,
    )


def _description(
    pedigree: Pedigree, typed: Collection[str], missing: Collection[str], language: Language
) -> str:
    """Who was typed and who is sought, for those who do not see the tree."""
    told = texts(language)
    parts = []
    for key, people in (("typed", typed), ("sought", missing)):
        found = [isolated(visible(p.id)) for p in pedigree.persons if p.id in people]
        if found:
            parts.append(f"{told.plain(f'tree.legend_{key}')}: {told.plain('list.comma').join(found)}")
    return told.plain("list.semicolon").join(parts)


def _pieces(label: str) -> list[str]:
    """A long label in lines of at most 16 characters, cut at its separators where it has any."""
    lines = [""]
    start = 0
    for i, c in enumerate(label):
        if c in "-_/.: " or i == len(label) - 1 or i - start + 1 >= _LONGEST:
            piece = label[start : i + 1]
            start = i + 1
            if lines[-1] and len(lines[-1]) + len(piece.rstrip()) > _LONGEST:
                lines.append("")
            lines[-1] += piece
    return [line.strip() or " " for line in lines]


def _symbol(sex: Sex | None, x: float, y: float, typed: bool, missing: bool) -> str:
    look: dict[str, object] = {
        "fill": ACCENT_SOFT if typed else ATTENTION_SOFT if missing else PAPER,
        "stroke": INK,
        "stroke_width": 2.2 if missing else 1.4,
    }
    if missing:
        look["stroke_dasharray"] = "5 3"
    if sex == "M":
        drawn = element("rect", x=x - R, y=y - R, width=2 * R, height=2 * R, **look)
    elif sex == "F":
        drawn = element("circle", cx=x, cy=y, r=R, **look)
    else:
        points = " ".join(
            f"{number(a)},{number(b)}" for a, b in ((x, y - R), (x + R, y), (x, y + R), (x - R, y))
        )
        drawn = element("polygon", points=points, **look)
    if typed:
        drawn += words("DNA", x, y + 3, size=8, font_weight="bold")
    elif missing:
        drawn += words("?", x, y + 5, size=14, font_weight="bold", colour=ATTENTION)
    return drawn


def _owner(line: Line) -> dict[str, object]:
    father, mother = line.union
    return {"data_father": visible(father or ""), "data_mother": visible(mother or "")}


def _double(line: Line, width: float, colour: str) -> str:
    """One of the two strokes of a double line: a wide dark one, then a narrow light one upon them all."""
    ends: dict[str, object] = {"x1": line.x1, "y1": line.y1, "x2": line.x2, "y2": line.y2, **_owner(line)}
    return element("line", stroke=colour, stroke_width=width, stroke_linecap="square", **ends)


def _single(lines: list[Line], everything: list[Line]) -> list[str]:
    drawn = []
    for line in lines:
        look = {"fill": "none", "stroke": INK, "stroke_width": 1.4, **_owner(line)}
        if not line.horizontal:
            drawn.append(element("path", d=f"M{number(line.x1)} {number(line.y1)}V{number(line.y2)}", **look))
            continue
        low, high = sorted((line.x1, line.x2))
        path = f"M{number(low)} {number(line.y1)}"
        for start, end in _hops(line, everything):
            radius = number((end - start) / 2)
            path += f"H{number(start)}A{radius} {number(_HOP)} 0 0 1 {number(end)} {number(line.y1)}"
        drawn.append(element("path", d=f"{path}H{number(high)}", **look))
    return drawn


def _hops(line: Line, everything: list[Line]) -> list[tuple[float, float]]:
    """Where a horizontal line must step over the vertical lines of other families."""
    low, high = sorted((line.x1, line.x2))
    crossed = sorted(
        other.x1
        for other in everything
        if not other.horizontal
        and other.union != line.union
        and low + 1 < other.x1 < high - 1
        and min(other.y1, other.y2) < line.y1 - 0.5
        and max(other.y1, other.y2) > line.y1 + 0.5
    )
    hops: list[tuple[float, float]] = []
    for x in crossed:
        start, end = max(x - _HOP, low), min(x + _HOP, high)
        if hops and start <= hops[-1][1] + 1:
            hops[-1] = (hops[-1][0], end)
        else:
            hops.append((start, end))
    return hops


def _legend_entries(
    pedigree: Pedigree, typed: Collection[str], missing: Collection[str], related: bool, lone: bool
) -> list[str]:
    sexes = {p.sex for p in pedigree.persons}
    entries = [key for key, sex in (("male", "M"), ("female", "F"), ("unknown", None)) if sex in sexes]
    present = {p.id for p in pedigree.persons}
    entries += ["typed"] if present & set(typed) else []
    entries += ["sought"] if present & set(missing) else []
    entries += ["related"] if related else []
    entries += ["lone"] if lone else []
    return entries


def _legend(entries: list[str], y: float, width: float, language: Language) -> tuple[str, float, float]:
    """The legend, wrapped to ``width``; the width it needs and the height of the whole drawing.

    In a right-to-left language the first entry stands at the right.
    """
    say = texts(language).plain
    rows: list[list[tuple[str, str, float]]] = [[]]
    taken = 0.0
    for entry in entries:
        text = say(f"tree.legend_{entry}")
        needed = 34 + text_width(text, _SMALL[language])
        if rows[-1] and taken + needed > width - 20:
            rows.append([])
            taken = 0.0
        rows[-1].append((entry, text, needed))
        taken += needed
    width = max(width, 20 + max(sum(needed for *_, needed in row) for row in rows))
    drawn = []
    for row in rows:
        x = (width - sum(needed for *_, needed in row)) / 2
        y += 20
        for entry, text, needed in row:
            at = x + 10 if language != "ar" else width - x - 10
            beside = at + 16 if language != "ar" else at - 16
            drawn.append(_legend_symbol(entry, at, y))
            anchor = "start" if language != "ar" else "end"
            drawn.append(
                words(
                    phrase(text, language), beside, y + 3.5, size=_SMALL[language], anchor=anchor, colour=SOFT
                )
            )
            x += needed
    return "".join(drawn), width, y + 16


def _legend_symbol(entry: str, x: float, y: float) -> str:
    if entry in ("related", "lone"):
        line = Line((None, None), x - 9, y, x + 9, y, True, entry == "related")
        if entry == "related":
            return _double(line, 5.2, INK) + _double(line, 2.4, PAPER)
        return "".join(_single([line], [])) + words("?", x + 9, y - 3, size=9, colour=SOFT)
    sex: Sex | None = "F" if entry == "female" else None if entry == "unknown" else "M"
    symbol = _symbol(sex, 0.0, 0.0, entry == "typed", entry == "sought")
    return element("g", symbol, transform=f"translate({number(x)} {number(y)}) scale(0.55)")
