"""``amana kinship dense``: how two people are related, from thousands of markers on a map."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from amana.cli.tables import table
from amana.cli.words import words
from amana.interchange.dense_tables import DenseInput, read_dense, read_dense_pairs
from amana.interchange.whole_files import write_table
from amana.kinship.dense import MISSING, RELATIONS, PairLikelihood
from amana.problems import InputProblem, InputProblems, render

_SHOWN = 20
_ERROR = 0.001


def add_dense(what: Any) -> None:
    """Add ``dense`` to ``kinship``."""
    parser = what.add_parser(
        "dense",
        help="pairs of people at thousands of linked markers, such as a SNP panel",
        description="Log10 likelihood ratio of each relation against unrelated people, by an exact recursion "
        "along the genetic map.  What the tables hold: docs/formats.md.  Without --pairs the first sample is "
        "compared with each of the others.",
    )
    parser.add_argument("--genotypes", type=Path, required=True, metavar="FILE", help="a row for each marker")
    parser.add_argument(
        "--map", type=Path, required=True, metavar="FILE", help="positions, alleles, frequencies"
    )
    parser.add_argument("--pairs", type=Path, metavar="FILE", help="samples to compare: first, second")
    parser.add_argument(
        "--relation",
        action="append",
        choices=tuple(RELATIONS),
        help="may be given more than once (default: all)",
    )
    parser.add_argument(
        "--error",
        type=float,
        default=_ERROR,
        metavar="X",
        help=f"probability that one copy of an allele is misread (default {_ERROR})",
    )
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="default: all cores")
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="every pair")


def run_dense(args: argparse.Namespace) -> int:
    """Read, compare, write, say."""
    if args.out is not None and args.out.suffix != ".csv":
        params = {"given": args.out.name}
        raise InputProblems([InputProblem("dense.output-format", args.out.name, params=params)])
    if args.threads < 0:
        wrong = {"option": "--threads", "given": args.threads, "range": "≥ 0"}
        raise InputProblems([InputProblem("screen.bad-option", params=wrong)])
    given = read_dense(args.genotypes, args.map, error=args.error)
    if args.pairs is not None:
        pairs = read_dense_pairs(args.pairs, given.people)
    else:
        pairs = np.array([(0, i) for i in range(1, len(given.people))], dtype=np.int64)
    relations = tuple(args.relation or RELATIONS)
    engine = PairLikelihood(given.markers, relations)
    values = engine.log10_lr(given.genotypes, pairs, threads=args.threads)
    typed = given.genotypes != MISSING
    both = [int((typed[a] & typed[b]).sum()) for a, b in pairs]
    rows = [
        (given.people[a], given.people[b], n, *map(float, lr))
        for (a, b), n, lr in zip(pairs.tolist(), both, values, strict=True)
    ]
    if args.out is not None:
        _write(args.out, relations, rows)
    if args.json:
        print(json.dumps(_report(given, relations, rows, args), ensure_ascii=False, indent=1))
    else:
        _say(given, relations, rows, args)
    return 0


_Rows = list[tuple[Any, ...]]


def _write(path: Path, relations: tuple[str, ...], rows: _Rows) -> None:
    texts = ((*row[:3], *(f"{v:.10g}" for v in row[3:])) for row in rows)
    write_table(path, ("first", "second", "markers", *relations), texts)


def _report(
    given: DenseInput, relations: tuple[str, ...], rows: _Rows, args: argparse.Namespace
) -> dict[str, object]:
    return {
        "markers": len(given.markers.names),
        "error": args.error,
        "pairs": [
            {
                "first": first,
                "second": second,
                "markers": markers,
                "log10_lr": {
                    name: v if math.isfinite(v) else "-Inf" for name, v in zip(relations, lrs, strict=True)
                },
            }
            for first, second, markers, *lrs in rows
        ],
        "inputs": dict(given.inputs),
        "warnings": [render(w, args.lang) for w in given.warnings],
        "says": words(args.lang)["dense.never-identity"],
        **({"out": str(args.out)} if args.out is not None else {}),
    }


def _say(given: DenseInput, relations: tuple[str, ...], rows: _Rows, args: argparse.Namespace) -> None:
    say = words(args.lang)
    for warning in given.warnings:
        print(render(warning, args.lang))
    print(say["dense.done"].format(pairs=len(rows), markers=len(given.markers.names), error=args.error))
    head = [say["dense.first"], say["dense.second"], say["dense.markers"]]
    shown = [[*map(str, row[:3]), *(f"{v:.2f}" for v in row[3:])] for row in rows[:_SHOWN]]
    for line in table([[*head, *(say[f"dense.{r}"] for r in relations)], *shown]):
        print(line)
    if len(rows) > _SHOWN:
        print(say["dense.more"].format(count=len(rows) - _SHOWN))
    print(say["dense.never-identity"])
    if args.out is not None:
        print(say["dense.written"].format(path=args.out))
