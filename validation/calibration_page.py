"""docs/methods/calibration.md and its two pictures, from the figures in calibration.json.

    python -m validation.calibration_page

The words stand here, the numbers come from the figures, so that a page never says what was not measured.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from scipy.stats import beta

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_name("calibration.json")
PAGE = ROOT / "docs/methods/calibration.md"
PICTURES = ROOT / "docs/images"
DRAWN = ("right", "fst-0.03-model-0", "fst-0.03-model-0.03", "frequencies", "cousins", "brother")
"""Scenarios in the pictures."""
COLOURS = ("#0f5c4c", "#b3541e", "#3b6ea5", "#7a4b94", "#8a7a1f", "#a3263a")
FEWEST = 20
"""Pairs of a bin from which its share is drawn."""
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 440, 70, 250, 24, 60


def main() -> None:
    """Write the page and the pictures."""
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    for path, text in files(found).items():
        path.write_text(text, encoding="utf-8")


def files(found: list[dict[str, Any]]) -> dict[Path, str]:
    """Every file that is made from the figures, with its text."""
    return {
        PAGE: page(found),
        PICTURES / "calibration-posterior.svg": posterior_picture(found),
        PICTURES / "calibration-support.svg": support_picture(found),
    }


def interval(hits: int, of: int) -> tuple[float, float]:
    """95 % interval of a share (Clopper and Pearson 1934)."""
    low = 0.0 if hits == 0 else float(beta.ppf(0.025, hits, of - hits + 1))
    high = 1.0 if hits == of else float(beta.ppf(0.975, hits + 1, of - hits))
    return low, high


def page(found: list[dict[str, Any]]) -> str:
    """The page, as text."""
    by_name = {s["name"]: s for s in found}
    right, first = by_name["right"], found[0]
    of_brothers = _at(by_name["brother"], 0.999)
    parts = [
        _INTRODUCTION.format(worlds=first["worlds"], seed=first["seed"], pairs=_count(right["pairs"])),
        "## When the model is right\n\n" + _bins(right),
        _RIGHT_WORDS,
        "![Share that is true against the posterior](../images/calibration-posterior.svg)\n",
        "## When something is otherwise than the model says\n\n" + _thresholds(found),
        _WRONG_WORDS.format(
            named=_count(of_brothers["named"]),
            of=_count(round(first["worlds"] * REMAINS_OF_BROTHERS)),
        ),
        "## How often chance supports\n\n" + _false_support(found),
        _SUPPORT_WORDS,
        "![False support at each LR](../images/calibration-support.svg)\n",
        _LIMITS,
    ]
    return "\n".join(parts)


REMAINS_OF_BROTHERS = 80
"""Remains of the missing in one world (200 remains, a share of 0.4)."""

_INTRODUCTION = """\
# Calibration: do the posteriors come true?

A posterior of 0.99 is right when, of a hundred such pairs, ninety-nine are true. This page measures that
where the model is right, and where the world differs from it in one named thing.

    python -m validation.calibration --worlds {worlds} --seed {seed} --write

One *world* is 150 families (both parents; the mother; a sibling; two siblings; spouse and two children,
equally often), each with one missing person, and 200 remains, of which 80 are of the missing and 120 of
nobody on the list. Half of the remains are poor bone: half of their markers are not typed and an allele
fails to show with probability 0.1, as the model is told. Frequencies are those of the demo's pooled
Levant table, mutation is stepwise. Everything is synthetic. {worlds} worlds make {pairs} pairs in each
scenario. The posterior of a pair is that of "these remains are of this missing person" among all families
and nobody, with the right prior:

```python
import numpy as np

share, families = 0.4, 150
lr = np.array([1e6, 20.0, 0.0])  # of one set of remains, against three of the families
weight = share / families * lr
posterior = weight / (1 - share + weight.sum())

assert np.isclose(posterior[0], 0.99975, atol=1e-5)
```
"""

_RIGHT_WORDS = """
A row agrees where the mean posterior lies within the interval; of 95 % intervals, one in twenty may miss
by chance.
"""

_WRONG_WORDS = """
*Wrong* counts pairs at or above the posterior that are not true; *expected* is the sum of one minus
posterior over the same pairs, which is what the model itself announces. Read the two together: a model is
honest where they agree.

- **An unlisted brother** is the one that matters most. His remains are not of anybody on the list, and
  yet {named} pairs of {of} reached 0.999: DNA of parents cannot tell brothers apart. That is why every
  comparison prints the LR against a sibling, and why a board asks the family who else is missing.
- **FST** left out of the model makes chance support more frequent; used where it is not needed it costs
  some of the true pairs.
- **Undeclared cousin marriage** of the missing person's parents changes little for most shapes of family,
  but it is not nothing: compare with the line where it is declared.
"""

_SUPPORT_WORDS = """
A share of unrelated pairs with LR ≥ t can be at most 1/t where the model is right (the mean of the LR of
unrelated pairs is 1; Markov's inequality). Zero means that none was seen among so many, not never.
"""

_LIMITS = """\
## What this does not show

- These are simulated worlds. Real frequencies, real drop-out and real families are unknown in more ways
  than one at a time.
- One mutation model is used to make the worlds and to read them; it is assumed, not estimated.
- Posteriors are of pairs, each set of remains on its own, with the true share as prior; the joint
  analysis, which uses also that no two remains are of one person, is checked by enumeration instead (see
  [joint identification](joint-identification.md)).
- Families of this list are mostly small and near. Far relatives would give weaker evidence and more
  chance support.
"""


def _bins(scenario: dict[str, Any]) -> str:
    lines = [
        "| posterior | pairs | mean posterior | share true | 95 % interval |",
        "|---|---:|---:|---:|---|",
    ]
    for b in scenario["bins"]:
        if not b["pairs"]:
            continue
        low, high = interval(b["true"], b["pairs"])
        lines.append(
            f"| {b['from']:g} to {b['to']:g} | {_count(b['pairs'])} | {_share(b['mean'])} | "
            f"{_share(b['true'] / b['pairs'])} | {_share(low)} to {_share(high)} |"
        )
    return "\n".join(lines) + "\n"


def _at(scenario: dict[str, Any], posterior: float) -> dict[str, Any]:
    return next(t for t in scenario["thresholds"] if t["posterior"] == posterior)


def _thresholds(found: list[dict[str, Any]]) -> str:
    shown = (0.99, 0.999, 0.9995)
    head = "".join(f" at {p}: named | wrong | expected |" for p in shown)
    lines = [f"| scenario |{head}", "|---|" + "---:|" * (3 * len(shown))]
    for scenario in found:
        cells = ""
        for p in shown:
            at = _at(scenario, p)
            cells += f" {_count(at['named'])} | {_count(at['wrong'])} | {at['expected_wrong']:.1f} |"
        lines.append(f"| {scenario['what']} |{cells}")
    return "\n".join(lines) + "\n"


def _false_support(found: list[dict[str, Any]]) -> str:
    levels = [f["log10_lr"] for f in found[0]["false_support"]]
    lines = [
        "| unrelated pairs, and nobody's |" + "".join(f" LR ≥ 10^{n} |" for n in levels),
        "|---|" + "---:|" * len(levels),
    ]
    for scenario in found:
        cells = "".join(f" {_rate(f['reached'], f['pairs'])} |" for f in scenario["false_support"])
        lines.append(f"| {scenario['what']} |{cells}")
    return "\n".join(lines) + "\n"


def _count(number: int) -> str:
    return f"{number:,}"


def _share(value: float) -> str:
    if value in (0.0, 1.0):
        return f"{value:g}"
    return f"{value:.2e}" if value < 0.001 else f"{value:.5f}"


def _rate(reached: int, of: int) -> str:
    return "0" if not reached else f"{reached / of:.1e}"


def _log_odds(share: float) -> float:
    return math.log10(share / (1 - share))


def posterior_picture(found: list[dict[str, Any]]) -> str:
    """Share that is true against mean posterior, both as log10 odds, with 95 % intervals where right."""
    low, high = -5.0, 5.0

    def x(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (min(max(value, low), high) - low) / (high - low)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (min(max(value, low), high) - low) / (high - low)

    marks = [(-4, "1 in 10,000"), (-2, "1 in 100"), (0, "1 in 2"), (2, "99 %"), (4, "99.99 %")]
    body = [_line(x(low), y(low), x(high), y(high), "#888", "4 4")]
    for value, label in marks:
        body += _tick(x(value), None, label) + _tick(None, y(value), label)
    for s, scenario in enumerate(_drawn(found)):
        points = []
        for b in scenario["bins"]:
            if b["pairs"] < FEWEST or not 0 < b["mean"] < 1:
                continue
            share = min(max(b["true"] / b["pairs"], 1e-9), 1 - 1e-9)
            points.append((x(_log_odds(b["mean"])), y(_log_odds(share))))
            if s == 0:
                ends = [min(max(v, 1e-9), 1 - 1e-9) for v in interval(b["true"], b["pairs"])]
                across = points[-1][0]
                body.append(_line(across, y(_log_odds(ends[0])), across, y(_log_odds(ends[1])), COLOURS[s]))
        body += _curve(points, COLOURS[s]) + _legend(s, scenario["what"])
    return _picture(
        body, "posterior (log odds)", "share that is true (log odds)",
        "Share of pairs that are true against the posterior, by scenario",
    )  # fmt: skip


def support_picture(found: list[dict[str, Any]]) -> str:
    """Share of unrelated pairs that reach each LR, with the line 1/LR."""
    low, high = -8.0, 0.0
    levels = [f["log10_lr"] for f in found[0]["false_support"]]

    def x(value: float) -> float:
        return LEFT + 20 + (WIDTH - LEFT - RIGHT - 40) * (value - levels[0]) / (levels[-1] - levels[0])

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (min(max(value, low), high) - low) / (high - low)

    body = [_line(x(levels[0]), y(-levels[0]), x(levels[-1]), y(-levels[-1]), "#888", "4 4")]
    for level in levels:
        body += _tick(x(level), None, f"10^{level}")
    for value in range(int(low), 1, 2):
        body += _tick(None, y(value), f"10^{value}")
    for s, scenario in enumerate(_drawn(found)):
        points = [
            (x(f["log10_lr"]), y(math.log10(f["reached"] / f["pairs"])))
            for f in scenario["false_support"]
            if f["reached"]
        ]
        body += _curve(points, COLOURS[s]) + _legend(s, scenario["what"])
    return _picture(
        body, "likelihood ratio at least", "share of untrue pairs",
        "Share of untrue pairs that reach each likelihood ratio, by scenario; dashed: one by the ratio",
    )  # fmt: skip


def _drawn(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_name = {s["name"]: s for s in found}
    return [by_name[name] for name in DRAWN]


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashed}/>'


def _tick(x: float | None, y: float | None, label: str) -> list[str]:
    if x is not None:
        return [
            _line(x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 5, "#333"),
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{label}</text>',
        ]
    assert y is not None
    return [
        _line(LEFT - 5, y, LEFT, y, "#333"),
        f'<text x="{LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">{label}</text>',
    ]


def _curve(points: list[tuple[float, float]], colour: str) -> list[str]:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points]
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>', *dots]


def _legend(number: int, text: str) -> list[str]:
    y = TOP + 14 + 22 * number
    x = WIDTH - RIGHT + 16
    return [
        f'<circle cx="{x}" cy="{y - 4}" r="4" fill="{COLOURS[number]}"/>',
        f'<text x="{x + 10}" y="{y}">{text}</text>',
    ]


def _picture(body: list[str], across: str, up: str, title: str) -> str:
    axes = [
        _line(LEFT, TOP, LEFT, HEIGHT - BOTTOM, "#333"),
        _line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "#333"),
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 16}" text-anchor="middle">{across}</text>',
        f'<text x="{LEFT}" y="{TOP - 9}" text-anchor="start">{up}</text>',
    ]
    inside = "\n".join([*axes, *body])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img" '
        f'aria-label="{title}" font-family="sans-serif" font-size="11" fill="#222">\n'
        f'<title>{title}</title>\n<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{inside}\n</svg>\n'
    )


if __name__ == "__main__":
    main()
