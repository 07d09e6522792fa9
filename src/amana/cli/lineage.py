"""``amana kinship lineage``: Y-STR and mtDNA of remains against the lines of the families."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from amana.cli.words import words
from amana.interchange.lineage_tables import LineageInput, read_lineage
from amana.interchange.whole_files import write_table
from amana.kinship.lineage import (
    UNRELATED,
    LineageComparison,
    LineageEvidence,
    LineageRemains,
    LineageSettings,
    Target,
    combined,
)
from amana.problems import InputProblem, InputProblems, render

_SHOWN = 20
_METHODS = ("auto", "counting", "kappa", "discrete-laplace")
_COLUMNS = (
    "remains", "family", "missing", "line", "relative", "meioses", "verdict", "rule", "compared",
    "differences", "shown", "ignored", "ranges", "log10_lr", "match_probability", "database_count",
    "database_size", "frequency_upper", "method",
)  # fmt: skip

_Pair = tuple[LineageRemains, Target, tuple[LineageEvidence, ...]]


def add_lineage(what: Any) -> None:
    """Add ``lineage`` to ``kinship``."""
    parser = what.add_parser(
        "lineage",
        help="Y-STR and mtDNA of remains against the lines of the families",
        description="Who should share the paternal or the maternal line with a missing person, whether "
        "remains can be of it, and, with a database of the region, how much that says against somebody "
        "unrelated.  What the tables hold: docs/formats.md.",
    )
    parser.add_argument("--remains", type=Path, required=True, metavar="FILE", help="haplotypes of remains")
    parser.add_argument("--families", type=Path, required=True, metavar="FILE", help="families and relatives")
    parser.add_argument(
        "--database",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="haplotypes of the region; may be given more than once (default: filter only)",
    )
    parser.add_argument("--theta", type=float, default=0.01, metavar="X", help="FST (default 0.01)")
    parser.add_argument(
        "--confidence", type=float, default=0.95, metavar="X", help="of the upper limit (default 0.95)"
    )
    parser.add_argument(
        "--method",
        choices=_METHODS,
        default="auto",
        help="for Y-STR: auto is discrete-laplace from 1000 haplotypes on and counting below",
    )
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="every comparison, exclusions too")


def run_lineage(args: argparse.Namespace) -> int:
    """Read, compare, write, say what was found."""
    _check(args)
    given = read_lineage(args.remains, args.families, args.database)
    settings = LineageSettings(theta=args.theta, confidence=args.confidence, y_method=args.method)
    comparison = LineageComparison(given.families, given.y_database, given.mt_database, settings)
    pairs = list(_pairs(comparison, given.remains))
    if args.out is not None:
        _write(args.out, pairs)
    if args.json:
        print(json.dumps(_report(given, comparison, pairs, args), ensure_ascii=False, indent=1))
    else:
        _say(given, comparison, pairs, args)
    return 0


def _check(args: argparse.Namespace) -> None:
    problems = [
        InputProblem("screen.bad-option", params={"option": option, "given": given, "range": wanted})
        for option, given, good, wanted in (
            ("--theta", args.theta, 0 <= args.theta < 1, "0 … 1"),
            ("--confidence", args.confidence, 0 < args.confidence < 1, "0 … 1"),
        )
        if not good
    ]
    if args.out is not None and args.out.suffix != ".csv":
        problems.append(InputProblem("lineage.output-format", args.out.name, params={"given": args.out.name}))
    if problems:
        raise InputProblems(problems)


def _pairs(comparison: LineageComparison, remains: Sequence[LineageRemains]) -> Iterator[_Pair]:
    for one in remains:
        for target in comparison.targets:
            evidence = comparison.compare(one, target)
            if evidence:
                yield one, target, evidence


def _excluded(evidence: Sequence[LineageEvidence]) -> bool:
    return any(e.excluded for e in evidence)


def _ranked(pairs: Sequence[_Pair]) -> list[_Pair]:
    """Pairs that nothing excludes, those with the most to say first."""
    kept = [p for p in pairs if not _excluded(p[2])]
    return sorted(
        kept,
        key=lambda p: (
            -combined(0.0, p[2]).log10_lr,
            sum(e.verdict != "match" for e in p[2]),
            -len(p[2]),
            p[0].id,
            p[1].family.id,
            p[1].missing,
        ),
    )


def _report(
    given: LineageInput, comparison: LineageComparison, pairs: Sequence[_Pair], args: argparse.Namespace
) -> dict[str, object]:
    say = words(args.lang)
    return {
        "remains": len(given.remains),
        "families": len(given.families),
        "targets": [
            {
                "family": t.family.id,
                "missing": t.missing,
                "lines": {
                    line: {"sharing": dict(t.sharing[line]), "typed": dict(t.relatives[line])}
                    for line in t.sharing
                },
            }
            for t in comparison.targets
        ],
        "conflicts": [
            {"family": f, "line": line, "people": [a, b]} for f, line, a, b in comparison.conflicts()
        ],
        "compared": len(pairs),
        "excluded": sum(_excluded(p[2]) for p in pairs),
        "pairs": [
            {
                "remains": r.id,
                "family": t.family.id,
                "missing": t.missing,
                "log10_lr_against_unrelated": _total(evidence),
                "says": _says(evidence, say),
                "evidence": [_record(e) for e in evidence],
            }
            for r, t, evidence in _ranked(pairs)
        ],
        "theta": args.theta,
        "confidence": args.confidence,
        "same_line": say["lineage.same-line"],
        "inputs": dict(given.inputs),
        "warnings": [render(w, args.lang) for w in given.warnings],
        "out": str(args.out) if args.out is not None else None,
    }


def _total(evidence: Sequence[LineageEvidence]) -> float | None:
    whole = combined(0.0, evidence, UNRELATED)
    return whole.log10_lr if whole.added else None


def _record(e: LineageEvidence) -> dict[str, object]:
    f = e.frequency
    return {
        "line": e.line,
        "relative": e.relative,
        "meioses": e.meioses,
        "verdict": e.verdict,
        "rule": e.rule,
        "compared": e.compared,
        "differences": e.differences,
        "shown": list(e.shown),
        "ignored": list(e.ignored),
        "ranges": e.ranges or None,
        "log10_lr": e.log10_lr,
        "match_probability": e.match_probability,
        "database_count": f.count if f else None,
        "database_size": f.size if f else None,
        "frequency_upper": f.upper if f else None,
        "method": f.method if f else None,
    }


def _write(path: Path, pairs: Sequence[_Pair]) -> None:
    rows = []
    for r, t, evidence in pairs:
        for e in evidence:
            row = {"remains": r.id, "family": t.family.id, "missing": t.missing, **_record(e)}
            row["shown"], row["ignored"] = "; ".join(e.shown), "; ".join(e.ignored)
            rows.append([row[c] for c in _COLUMNS])
    write_table(path, _COLUMNS, rows)


def _say(
    given: LineageInput, comparison: LineageComparison, pairs: Sequence[_Pair], args: argparse.Namespace
) -> None:
    say = words(args.lang)
    for warning in given.warnings[:_SHOWN]:
        print(render(warning, args.lang))
    targets = comparison.targets
    print(say["lineage.done"].format(remains=len(given.remains), targets=len(targets), pairs=len(pairs)))
    reachable = Counter(line for t in targets for line in t.relatives if t.relatives[line])
    print(say["lineage.reach"].format(y=reachable["Y"], mt=reachable["mt"], targets=len(targets)))
    kept = _ranked(pairs)
    print(say["lineage.excluded"].format(excluded=len(pairs) - len(kept), kept=len(kept)))
    for family, line, a, b in comparison.conflicts()[:_SHOWN]:
        print(
            say["lineage.conflict"].format(family=family, line=say[f"lineage.line-{line}"], first=a, second=b)
        )
    for r, t, evidence in kept[:_SHOWN]:
        print(f"{r.id}  {t.family.id}  {t.missing}")
        for e in evidence:
            print("  " + _one(e, say))
        print("  " + _says(evidence, say))
    if len(kept) > _SHOWN:
        print(say["lineage.more"].format(count=len(kept) - _SHOWN))
    print(say["lineage.same-line"])
    if args.out is not None:
        print(say["lineage.written"].format(path=args.out))


def _one(e: LineageEvidence, say: Mapping[str, str]) -> str:
    text = say[f"lineage.{e.line}-compared"].format(
        relative=e.relative,
        meioses=e.meioses,
        compared=e.compared,
        differences=e.differences,
        verdict=say[f"lineage.{e.verdict}"],
        rule=say[f"lineage.{e.rule}"],
    )
    return text + (f" ({'; '.join(e.shown)})" if e.shown else "")


def _says(evidence: Sequence[LineageEvidence], say: Mapping[str, str]) -> str:
    whole = combined(0.0, evidence, UNRELATED)
    if not whole.added:
        return say["lineage.filter-only"]
    text = say["lineage.number"].format(log10_lr=f"{whole.log10_lr:.2f}")
    left = [say[f"lineage.line-{line}"] for line in whole.filter_only]
    return text + (" " + say["lineage.left-out"].format(lines=", ".join(left)) if left else "")
