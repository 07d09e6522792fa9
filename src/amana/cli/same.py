"""``amana kinship same`` and ``blind``: remains against remains."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amana.cli.words import words
from amana.interchange.direct_tables import DirectInput, read_direct
from amana.interchange.whole_files import write_table
from amana.kinship.direct import (
    HALF_SIBLINGS,
    PARENT_CHILD,
    SAME_PERSON,
    SIBLINGS,
    Clusters,
    Pairs,
    cluster,
    compare,
    compare_all,
)
from amana.problems import InputProblem, InputProblems, render

_SHOWN = 20
_EXCLUDES = -2.0
"""Log10 LR at which two remains are called different people; chosen, not estimated."""
_AT_ONCE = 1_000_000
"""Pairs of remains that are looked at together for this."""


def add_same(what: Any) -> None:
    """Add ``same`` and ``blind`` to ``kinship``."""
    same = what.add_parser(
        "same",
        help="which remains are of one person",
        description="Every pair of remains as the same person, against somebody unrelated and against a full "
        "sibling; joined only where all pairs agree.  What the table holds: docs/formats.md.",
    )
    blind = what.add_parser(
        "blind",
        help="relatives among the remains",
        description="Every pair of remains as parent and child, full siblings and half siblings, with how "
        "many pairs chance can bring to the same LR.  What the table holds: docs/formats.md.",
    )
    for parser, least in ((same, 8.0), (blind, 4.0)):
        parser.add_argument("--remains", type=Path, required=True, metavar="FILE", help="profiles of remains")
        parser.add_argument(
            "--frequencies", type=Path, required=True, metavar="FILE", help="allele frequencies"
        )
        parser.add_argument("--mutation", type=Path, metavar="FILE", help="mutation models (default: none)")
        parser.add_argument("--theta", type=float, default=0.0, metavar="X", help="FST (default 0)")
        parser.add_argument(
            "--min-log10-lr", type=float, default=least, metavar="X",
            help=f"against somebody unrelated (default {least:g}; chosen, not estimated)",
        )  # fmt: skip
        parser.add_argument("--threads", type=int, default=0, metavar="N", help="default: all cores")
        parser.add_argument("--out", type=Path, metavar="FILE.csv", help="every pair that reaches it")
    same.add_argument(
        "--against-sibling", type=float, default=2.0, metavar="X",
        help="log10 LR against a full sibling from which a pair is joined (default 2; chosen, not estimated)",
    )  # fmt: skip


def run_same(args: argparse.Namespace) -> int:
    """Compare, join, write, say what was found."""
    given, started = _read(args)
    pairs = compare_all(
        given.remains, given.panel, [SAME_PERSON], least=args.min_log10_lr, also=[SIBLINGS],
        theta=args.theta, threads=args.threads,
    )  # fmt: skip
    made = cluster(
        pairs, least=args.min_log10_lr, against_sibling=args.against_sibling, places=given.places,
        bodies=given.bodies, excluded=_torn(given, args.theta),
    )  # fmt: skip
    against = _against(given, made, args.theta)
    of = {m: str(n + 1) for n, one in enumerate(made.clusters) for m in one.members}
    joined = {m for one in made.clusters if one.joined for m in one.members}
    columns = ("log10_lr", "log10_lr_sibling", "cluster", "joined")
    rows = [
        (
            f"{lr[0]:.10g}", f"{lr[0] - lr[1]:.10g}", of.get(a, "") if of.get(a) == of.get(b) else "",
            "yes" if a in joined and of.get(a) == of.get(b) else "no",
        )
        for a, b, lr in zip(pairs.first.tolist(), pairs.second.tolist(), pairs.log10_lr.tolist(), strict=True)
    ]  # fmt: skip
    if args.out is not None:
        _write(args.out, given, pairs, columns, rows)
    if args.json:
        report = {**_report(args, given, pairs, started), **_conflicts(given, made, against)}
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        _say_same(args, given, pairs, made, against)
    return 0


def run_blind(args: argparse.Namespace) -> int:
    """Compare, write, say what was found."""
    given, started = _read(args)
    relations = [PARENT_CHILD, SIBLINGS, HALF_SIBLINGS]
    pairs = compare_all(
        given.remains, given.panel, relations, least=args.min_log10_lr, also=[SAME_PERSON],
        theta=args.theta, threads=args.threads,
    )  # fmt: skip
    by_chance = pairs.chance_of_best(len(relations)).tolist()
    at_threshold = pairs.chance_at(args.min_log10_lr, len(relations))
    columns = (
        "log10_lr_parent_child",
        "log10_lr_siblings",
        "log10_lr_half_siblings",
        "log10_lr_same",
        "chance",
    )
    rows = [
        (*(f"{v:.10g}" for v in lr), f"{chance:.3g}")
        for lr, chance in zip(pairs.log10_lr.tolist(), by_chance, strict=True)
    ]
    if args.out is not None:
        _write(args.out, given, pairs, columns, rows)
    if args.json:
        report = {**_report(args, given, pairs, started), "chance_at_threshold": at_threshold}
        print(json.dumps(report, ensure_ascii=False, indent=1))
        return 0
    say, ids = words(args.lang), given.remains.ids
    _say_read(args, given, pairs)
    order = np.argsort(-pairs.log10_lr[:, :3].max(axis=1, initial=-np.inf), kind="stable")
    for p in order[:_SHOWN].tolist():
        best = int(pairs.log10_lr[p, :3].argmax())
        print(
            say["same.relatives"].format(
                first=ids[pairs.first[p]], second=ids[pairs.second[p]],
                relation=say[f"same.{relations[best].name}"], log10_lr=pairs.log10_lr[p, best],
                chance=by_chance[p], markers=int(pairs.markers[p]),
            )
        )  # fmt: skip
    print(say["same.chance"].format(least=args.min_log10_lr, chance=at_threshold))
    print(say["same.blind-limits"])
    _say_written(args)
    return 0


def _read(args: argparse.Namespace) -> tuple[DirectInput, float]:
    problems = []
    if not 0 <= args.theta < 1:
        params: dict[str, object] = {"option": "--theta", "given": args.theta, "range": "0 … 1"}
        problems.append(InputProblem("screen.bad-option", params=params))
    if args.out is not None and args.out.suffix != ".csv":
        problems.append(InputProblem("lineage.output-format", args.out.name, params={"given": args.out.name}))
    if problems:
        raise InputProblems(problems)
    started = time.perf_counter()
    return read_direct(args.remains, args.frequencies, args.mutation), started


def _torn(given: DirectInput, theta: float) -> list[tuple[int, int]]:
    """Pairs of one label that are of different people."""
    by_label: dict[str, list[int]] = {}
    for i, label in enumerate(given.bodies):
        if label:
            by_label.setdefault(label, []).append(i)
    found: list[tuple[int, int]] = []
    waiting: list[NDArray[np.int64]] = []
    for members in by_label.values():
        a, b = np.triu_indices(len(members), 1)
        waiting.append(np.array(members)[np.column_stack([a, b])])
        if sum(map(len, waiting)) > _AT_ONCE:
            found += _different(given, np.concatenate(waiting), theta)
            waiting = []
    if waiting:
        found += _different(given, np.concatenate(waiting), theta)
    return found


def _against(given: DirectInput, made: Clusters, theta: float) -> list[list[tuple[int, int]]]:
    """For each cluster the pairs that exclude one person; others only say too little."""
    apart = [p for one in made.clusters for p in one.apart]
    different = set(_different(given, np.array(apart, dtype=np.int64).reshape(-1, 2), theta))
    return [[p for p in one.apart if p in different] for one in made.clusters]


def _different(given: DirectInput, pairs: NDArray[np.int64], theta: float) -> list[tuple[int, int]]:
    if not len(pairs):
        return []
    found = compare(given.remains, given.panel, pairs, [SAME_PERSON], theta=theta)
    return [(a, b) for a, b in pairs[found.log10_lr[:, 0] <= _EXCLUDES].tolist()]


def _write(
    path: Path, given: DirectInput, pairs: Pairs, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    ids = given.remains.ids
    about = zip(pairs.first.tolist(), pairs.second.tolist(), pairs.markers.tolist(), rows, strict=True)
    write_table(
        path, ("first", "second", "markers", *columns), ((ids[a], ids[b], m, *row) for a, b, m, row in about)
    )


def _report(args: argparse.Namespace, given: DirectInput, pairs: Pairs, started: float) -> dict[str, object]:
    return {
        "remains": len(given.remains.ids),
        "compared": pairs.compared,
        "pairs": len(pairs),
        "seconds": time.perf_counter() - started,
        "theta": args.theta,
        "min_log10_lr": args.min_log10_lr,
        "inputs": dict(given.inputs),
        "warnings": [render(w, args.lang) for w in given.warnings],
        "out": str(args.out) if args.out is not None else None,
    }


def _conflicts(
    given: DirectInput, made: Clusters, against: Sequence[Sequence[tuple[int, int]]]
) -> dict[str, object]:
    ids = given.remains.ids

    def named(pairs: Sequence[tuple[int, int]]) -> list[list[str]]:
        return [[ids[a], ids[b]] for a, b in pairs]

    clusters = [
        {
            "members": [ids[m] for m in one.members],
            "joined": one.joined,
            "apart": named(one.apart),
            "disagree": named(against[n]),
            "twice": list(one.places),
            "bodies": list(made.spread.get(n, ())),
        }
        for n, one in enumerate(made.clusters)
    ]
    return {"clusters": clusters, "torn": {label: named(inside) for label, inside in made.torn.items()}}


def _say_read(args: argparse.Namespace, given: DirectInput, pairs: Pairs) -> None:
    for warning in given.warnings[:_SHOWN]:
        print(render(warning, args.lang))
    text = words(args.lang)["same.done"]
    print(
        text.format(
            remains=len(given.remains.ids), compared=pairs.compared, pairs=len(pairs), least=args.min_log10_lr
        )
    )


def _say_same(
    args: argparse.Namespace, given: DirectInput, pairs: Pairs, made: Clusters,
    against: Sequence[Sequence[tuple[int, int]]],
) -> None:  # fmt: skip
    say, ids = words(args.lang), given.remains.ids
    _say_read(args, given, pairs)
    for n, one in enumerate(made.clusters[:_SHOWN]):
        names = ", ".join(ids[m] for m in one.members[:_SHOWN])
        print(say["same.joined" if one.joined else "same.not-joined"].format(number=n + 1, names=names))
        if one.apart:
            a, b = one.apart[0]
            print("  " + say["same.apart"].format(count=len(one.apart), first=ids[a], second=ids[b]))
        if against[n]:
            a, b = against[n][0]
            print("  " + say["same.disagree"].format(count=len(against[n]), first=ids[a], second=ids[b]))
        if one.places:
            print("  " + say["same.twice"].format(places=", ".join(one.places)))
        if n in made.spread:
            print("  " + say["same.spread"].format(bodies=", ".join(made.spread[n])))
    for label, inside in list(made.torn.items())[:_SHOWN]:
        a, b = inside[0]
        print(say["same.torn"].format(body=label, first=ids[a], second=ids[b]))
    if len(made.clusters) > _SHOWN:
        print(say["same.more"].format(count=len(made.clusters) - _SHOWN))
    print(say["same.limits"])
    _say_written(args)


def _say_written(args: argparse.Namespace) -> None:
    if args.out is not None:
        print(words(args.lang)["same.written"].format(path=args.out))
