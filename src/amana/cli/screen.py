"""``amana kinship screen`` and ``merge``: every remains against every family of a register."""

from __future__ import annotations

import argparse
import json
import shutil
import time
from pathlib import Path
from typing import Any

from amana.cli.progress import Progress
from amana.cli.words import words
from amana.interchange import (
    RegisterInput,
    check_complete,
    fingerprint,
    read_part,
    read_register,
    write_hits,
    write_part,
)
from amana.kinship.linked_pairs import warn_of_linkage_in_register
from amana.kinship.screening import Hits, Part, Screening, Settings, hits_of, largest_difference, merge
from amana.problems import InputProblem, InputProblems, render

_PARTS = 16
"""Stretches of targets after each of which the work can be gone on with."""
_SHOWN = 10


def add_screen(what: Any) -> None:
    """Add ``screen`` and ``merge`` to ``kinship``."""
    screen = what.add_parser(
        "screen",
        help="every remains against every missing person of a register",
        description="Exact likelihood ratios of every remains against every missing person of every family. "
        "What the tables hold: docs/formats.md.  Interrupted work goes on where it stopped when the same is "
        "asked for again.",
    )
    merging = what.add_parser(
        "merge",
        help="hits from the parts that several machines computed",
        description="Put the parts of one screening together, for the same files and options.",
    )
    for parser in (screen, merging):
        _add_inputs(parser)
    screen.add_argument("--shard", metavar="I/N", help="compute part I of N and write it as OUT (.npz)")
    merging.add_argument("parts", nargs="+", type=Path, metavar="PART.npz", help="every part, in any order")


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--remains", type=Path, required=True, metavar="FILE", help="profiles of remains")
    parser.add_argument("--families", type=Path, required=True, metavar="FILE", help="families and relatives")
    parser.add_argument("--frequencies", type=Path, required=True, metavar="FILE", help="allele frequencies")
    parser.add_argument("--mutation", type=Path, metavar="FILE", help="mutation models (default: none)")
    parser.add_argument("--theta", type=float, default=0.0, metavar="X", help="FST (default 0)")
    parser.add_argument("--top", type=int, default=10, metavar="K", help="best of each side (default 10)")
    parser.add_argument(
        "--min-log10-lr",
        type=float,
        default=4.0,
        metavar="X",
        help="keep every pair of at least this (default 4)",
    )
    parser.add_argument(
        "--share-known", type=float, default=0.5, metavar="X",
        help="share of the remains whose person is thought to be on the register (default 0.5)",
    )  # fmt: skip
    parser.add_argument("--memory", type=float, default=2.0, metavar="GB", help="for tables (default 2)")
    parser.add_argument(
        "--check",
        type=int,
        default=2000,
        metavar="N",
        help="pairs that are computed once more (default 2000)",
    )
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="default: all cores")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="hits: .csv or .csv.gz")


def run_screen(args: argparse.Namespace) -> int:
    """Read, screen, write, say what was done."""
    _check(args)
    shard = _shard(args.shard)
    if shard is None:
        _check_out(args.out)
    clock = Clock()
    given = read_register(args.remains, args.families, args.frequencies, args.mutation)
    clock.lap("reading")
    screening, of = _screening(given, args)
    if shard is not None:
        part = _one(screening, *shard, args, of, args.out)
        clock.lap("screening")
        return _say_part(args, part, clock)
    folder = args.out.with_name(args.out.name + ".parts")
    parts = [
        _one(screening, i, _PARTS, args, of, folder / f"part-{i + 1}-of-{_PARTS}.npz") for i in range(_PARTS)
    ]
    clock.lap("screening")
    status = _finish(screening, given, merge(parts), args, clock)
    shutil.rmtree(folder)
    return status


def run_merge(args: argparse.Namespace) -> int:
    """Read the parts, write the hits."""
    _check(args)
    _check_out(args.out)
    clock = Clock()
    given = read_register(args.remains, args.families, args.frequencies, args.mutation)
    screening, of = _screening(given, args)
    found = [read_part(path, of=of) for path in args.parts]
    check_complete(found)
    clock.lap("reading")
    return _finish(screening, given, merge([part for part, _, _ in found]), args, clock)


class Clock:
    """Seconds by phase, as they pass on the wall."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = self.started = time.perf_counter()

    def lap(self, phase: str) -> None:
        """Count the time since the last lap to a phase."""
        now = time.perf_counter()
        self.seconds[phase] = self.seconds.get(phase, 0.0) + now - self._last
        self._last = now


def _check(args: argparse.Namespace) -> None:
    problems = [
        InputProblem("screen.bad-option", params={"option": option, "given": given, "range": wanted})
        for option, given, good, wanted in (
            ("--top", args.top, args.top >= 1, "≥ 1"),
            ("--theta", args.theta, 0 <= args.theta < 1, "0 … 1"),
            ("--share-known", args.share_known, 0 < args.share_known < 1, "0 … 1"),
            ("--memory", args.memory, args.memory > 0, "> 0"),
            ("--threads", args.threads, args.threads >= 0, "≥ 0"),
            ("--check", args.check, args.check >= 0, "≥ 0"),
        )
        if not good
    ]
    if problems:
        raise InputProblems(problems)


def _check_out(out: Path) -> None:
    if not out.name.endswith((".csv", ".csv.gz")):
        raise InputProblems([InputProblem("screen.output-format", out.name, params={"given": out.name})])


def _shard(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    index, _, count = text.partition("/")
    if not (index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count)):
        raise InputProblems([InputProblem("screen.bad-shard", field="shard", params={"given": text})])
    return int(index) - 1, int(count)


def _screening(given: RegisterInput, args: argparse.Namespace) -> tuple[Screening, str]:
    settings = Settings(args.top, args.min_log10_lr, args.theta, int(args.memory * 2**30), args.threads)
    of = fingerprint(given.inputs, {"top": args.top, "min_log10_lr": args.min_log10_lr, "theta": args.theta})
    return Screening(given.remains, given.register, given.panel, settings), of


def _one(screening: Screening, index: int, count: int, args: argparse.Namespace, of: str, path: Path) -> Part:
    """A part: as it lies there from before, or computed and put there."""
    if path.exists():
        try:
            return read_part(path, of=of)[0]
        except InputProblems:
            if args.shard is not None:
                raise  # it is somebody's, and not ours to write over
    total = len(screening.register) // count
    with Progress(words(args.lang)["screen.progress"].format(part=index + 1, of=count), total) as progress:
        screening.on_progress(progress.advance)
        part = screening.part(index, count)
    write_part(path, part, of=of, index=index, count=count)
    return part


def _finish(
    screening: Screening, given: RegisterInput, part: Part, args: argparse.Namespace, clock: Clock
) -> int:
    hits = hits_of(screening, part, share_known=args.share_known)
    clock.lap("hits")
    difference = largest_difference(screening, pairs=args.check)
    clock.lap("check")
    write_hits(args.out, hits, given.remains, given.register)
    clock.lap("writing")
    _say(screening, given, part, hits, difference, args, clock)
    return 0


def _say_part(args: argparse.Namespace, part: Part, clock: Clock) -> int:
    if args.json:
        print(json.dumps({"part": str(args.out), "targets": len(part.targets), "seconds": clock.seconds}))
    else:
        print(words(args.lang)["screen.part-written"].format(targets=len(part.targets), path=args.out))
    return 0


def _say(
    screening: Screening,
    given: RegisterInput,
    part: Part,
    hits: Hits,
    difference: float,
    args: argparse.Namespace,
    clock: Clock,
) -> None:
    n, t = len(given.remains.ids), len(given.register)
    above = int((hits.log10_lr >= args.min_log10_lr).sum())
    inconsistent = sorted({given.register.families[i] for i in part.targets[part.inconsistent > 0]})
    busy = part.seconds.get("sweep", 0.0)
    linked = warn_of_linkage_in_register(given.register, given.remains, given.panel)
    warnings = [*given.warnings[:_SHOWN], *linked]
    report = {
        "remains": n,
        "families": len(set(given.register.families)),
        "targets": t,
        "markers": len(given.panel.markers),
        "likelihood_ratios": n * t,
        "hits": len(hits),
        "hits_above_threshold": above,
        "min_log10_lr": args.min_log10_lr,
        "theta": args.theta,
        "inconsistent_families": inconsistent,
        "seconds": {k: round(v, 3) for k, v in clock.seconds.items()},
        "seconds_of_all_threads": {k: round(v, 3) for k, v in part.seconds.items()},
        "likelihood_ratios_per_second": round(n * t / clock.seconds["screening"])
        if clock.seconds.get("screening")
        else None,
        "sweep_per_second_and_thread": round(n * t / busy) if busy else None,
        "largest_relative_difference": difference,
        "largest_float32_error": part.bound,
        "inputs": dict(given.inputs),
        "warnings": [render(w, args.lang) for w in (*given.warnings, *linked)],
        "out": str(args.out),
    }
    if args.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
        return
    say = words(args.lang)
    for warning in warnings:
        print(render(warning, args.lang))
    print(say["screen.done"].format(remains=n, targets=t, families=report["families"], lrs=n * t))
    print(say["screen.hits"].format(hits=len(hits), above=above, least=args.min_log10_lr, path=args.out))
    print(say["screen.chance"])
    if inconsistent:
        names = ", ".join(inconsistent[:_SHOWN]) + (" …" if len(inconsistent) > _SHOWN else "")
        print(say["screen.inconsistent"].format(count=len(inconsistent), names=names))
    print(say["screen.checked"].format(difference=difference, bound=part.bound))
    seconds = ", ".join(f"{say[f'screen.seconds-{k}']} {v:.1f}" for k, v in clock.seconds.items())
    print(say["screen.seconds"].format(seconds=seconds))
