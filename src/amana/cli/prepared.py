"""``amana kinship index`` and ``search``: a register prepared once, and single profiles looked up in it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from amana.cli.progress import Progress
from amana.cli.screen import Clock
from amana.cli.words import words
from amana.interchange import read_prepared, read_remains_for, update_prepared, write_hits
from amana.kinship.screening import Settings, search
from amana.problems import InputProblem, InputProblems, render

_SHOWN = 10


def add_prepared(what: Any) -> None:
    """Add ``index`` and ``search`` to ``kinship``."""
    index = what.add_parser(
        "index",
        help="prepare a register for single profiles, or bring it up to date",
        description="Work out once what the families' relatives say of every genotype, and keep it in a "
        "folder.  Asked for again, only what changed in the files is worked out.  What the tables hold: "
        "docs/formats.md.",
    )
    index.add_argument("--families", type=Path, required=True, metavar="FILE", help="families and relatives")
    index.add_argument("--frequencies", type=Path, required=True, metavar="FILE", help="allele frequencies")
    index.add_argument("--mutation", type=Path, metavar="FILE", help="mutation models (default: none)")
    index.add_argument("--theta", type=float, default=0.0, metavar="X", help="FST (default 0)")
    index.add_argument(
        "--remains", type=Path, metavar="FILE", help="remains whose rare alleles are to be known as well"
    )
    looking = what.add_parser(
        "search",
        help="look profiles of remains up in a prepared register",
        description="Exact likelihood ratios of each profile against every missing person of a prepared "
        "register, as kinship screen gives them.",
    )
    looking.add_argument("--remains", type=Path, required=True, metavar="FILE", help="profiles of remains")
    looking.add_argument("--top", type=int, default=10, metavar="K", help="best of each (default 10)")
    looking.add_argument(
        "--min-log10-lr", type=float, default=4.0, metavar="X",
        help="keep every pair of at least this (default 4)",
    )  # fmt: skip
    looking.add_argument(
        "--share-known", type=float, default=0.5, metavar="X",
        help="share of the remains whose person is thought to be on the register (default 0.5)",
    )  # fmt: skip
    looking.add_argument(
        "--plain", action="store_true", help="leave out chance, sibling and uncle, which take longest"
    )
    looking.add_argument("--out", type=Path, required=True, metavar="FILE", help="hits: .csv or .csv.gz")
    for parser in (index, looking):
        parser.add_argument("--index", type=Path, required=True, metavar="FOLDER", help="prepared register")
        parser.add_argument("--verify", action="store_true", help="read every stored table and check it")
        parser.add_argument("--threads", type=int, default=0, metavar="N", help="default: all cores")


def run_index(args: argparse.Namespace) -> int:
    """Prepare, or bring up to date, and say what was done."""
    _check(("--theta", args.theta, 0 <= args.theta < 1, "0 … 1"), _threads(args))
    clock = Clock()
    with Progress(words(args.lang)["prepared.progress"]) as progress:
        made = update_prepared(
            args.index, args.families, args.frequencies, args.mutation, theta=args.theta,
            remains=args.remains, verify=args.verify, threads=args.threads, on_progress=progress.advance,
        )  # fmt: skip
    clock.lap("preparing")
    prepared = made.prepared
    register = prepared.register
    report: dict[str, object] = {
        "index": str(args.index),
        "targets": len(register),
        "families": len(set(register.families)),
        "markers": len(prepared.markers),
        "universe": prepared.universe,
        "rows": sum(m.n_rows for m in prepared.markers),
        "computed": prepared.computed,
        "theta": prepared.theta,
        "inconsistent_families": sorted({register.families[t] for t in prepared.inconsistent.nonzero()[0]}),
        "seconds": {k: round(v, 4) for k, v in clock.seconds.items()},
        "inputs": dict(made.inputs),
        "warnings": [render(w, args.lang) for w in made.warnings],
    }
    if args.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
        return 0
    say = words(args.lang)
    for warning in made.warnings[:_SHOWN]:
        print(render(warning, args.lang))
    print(say["prepared.written"].format(path=args.index, **report))
    _say_seconds(args, clock)
    return 0


def run_search(args: argparse.Namespace) -> int:
    """Open the register, look the profiles up, write the hits."""
    _check(
        ("--top", args.top, args.top >= 1, "≥ 1"),
        ("--share-known", args.share_known, 0 < args.share_known < 1, "0 … 1"),
        _threads(args),
    )
    if not args.out.name.endswith((".csv", ".csv.gz")):
        raise InputProblems(
            [InputProblem("screen.output-format", args.out.name, params={"given": args.out.name})]
        )
    clock = Clock()
    folder = read_prepared(args.index, verify=args.verify)
    clock.lap("opening")
    prepared, remains, inputs, warnings = read_remains_for(folder, args.remains, threads=args.threads)
    clock.lap("reading")
    settings = Settings(args.top, args.min_log10_lr, threads=args.threads)
    _, hits = search(prepared, remains, settings, share_known=args.share_known, explained=not args.plain)
    clock.lap("searching")
    write_hits(args.out, hits, remains, prepared.register)
    clock.lap("writing")
    above = int((hits.log10_lr >= args.min_log10_lr).sum())
    report = {
        "remains": len(remains.ids),
        "targets": len(prepared.register),
        "hits": len(hits),
        "hits_above_threshold": above,
        "min_log10_lr": args.min_log10_lr,
        "theta": prepared.theta,
        "universe": prepared.universe,
        "rows_worked_out": prepared.computed,
        "seconds": {k: round(v, 4) for k, v in clock.seconds.items()},
        "inputs": {**folder.inputs, **inputs},
        "warnings": [render(w, args.lang) for w in warnings],
        "out": str(args.out),
    }
    if args.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
        return 0
    say = words(args.lang)
    for warning in warnings[:_SHOWN]:
        print(render(warning, args.lang))
    print(
        say["prepared.hits"].format(
            remains=len(remains.ids), targets=len(prepared.register), hits=len(hits), above=above,
            least=args.min_log10_lr, path=args.out,
        )
    )  # fmt: skip
    print(say["prepared.plain"] if args.plain else say["screen.chance"])
    _say_seconds(args, clock)
    return 0


def _threads(args: argparse.Namespace) -> tuple[str, object, bool, str]:
    return "--threads", args.threads, args.threads >= 0, "≥ 0"


def _check(*options: tuple[str, object, bool, str]) -> None:
    problems = [
        InputProblem("screen.bad-option", params={"option": option, "given": given, "range": wanted})
        for option, given, good, wanted in options
        if not good
    ]
    if problems:
        raise InputProblems(problems)


def _say_seconds(args: argparse.Namespace, clock: Clock) -> None:
    say = words(args.lang)
    seconds = ", ".join(f"{say[f'prepared.seconds-{k}']} {v:.2f}" for k, v in clock.seconds.items())
    print(say["prepared.seconds"].format(seconds=seconds))
