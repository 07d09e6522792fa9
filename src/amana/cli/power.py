"""``amana kinship power`` and ``next``: what the families can show, and whom to sample next."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from amana.cli.progress import Progress
from amana.cli.words import words
from amana.interchange import RegisterInput, read_register
from amana.interchange.power_tables import (
    AskedFamily,
    Sample,
    asked_families,
    check_output,
    write_next,
    write_power,
)
from amana.kinship.power import (
    Aim,
    Calls,
    Package,
    Plan,
    Power,
    PowerSettings,
    Value,
    gains_of,
    packages_of,
    plan,
    power_of,
)
from amana.problems import InputProblem, InputProblems, render

_SHOWN = 10


def add_power(what: Any) -> None:
    """Add ``power`` and ``next`` to ``kinship``."""
    power = what.add_parser(
        "power",
        help="what the families of a register can show: LR if found and if not, under-powered families",
        description="Distribution of log10 LR for every missing person, given what the relatives show, if "
        "the remains are theirs and if they are somebody unrelated.  Remains are taken as wholly typed.  "
        "What it rests on: docs/methods/power.md.",
    )
    following = what.add_parser(
        "next",
        help="which relative to sample next, for one family or a register under a budget",
        description="Expected gain from each relative who is not typed and is available (the column "
        "'available' of the table of families).",
    )
    for parser in (power, following):
        _add_inputs(parser)
    power.add_argument(
        "--exclusion", type=float, default=-2.0, metavar="X",
        help="log10 LR at or below which remains are excluded (default -2)",
    )  # fmt: skip
    power.add_argument(
        "--limit", type=float, default=0.9, metavar="P",
        help="under-powered below this probability of reaching the threshold if found (default 0.9)",
    )  # fmt: skip
    following.add_argument(
        "--family", action="append", default=[], metavar="ID",
        help="only this family, exactly for what its relatives show; may be given more than once",
    )  # fmt: skip
    following.add_argument("--budget", type=float, metavar="N", help="plan samples that cost at most this")
    following.add_argument(
        "--all-untyped", action="store_true", help="take everybody who is not typed as available"
    )
    following.add_argument(
        "--aim", choices=("reached", "log10-lr"), default="reached",
        help="gain to rank by: probability of reaching the threshold (default), or expected log10 LR",
    )  # fmt: skip
    following.add_argument(
        "--draws", type=int, default=400, metavar="N",
        help="families drawn for each shape to average over (default 400)",
    )  # fmt: skip


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--families", type=Path, required=True, metavar="FILE", help="families and relatives")
    parser.add_argument("--frequencies", type=Path, required=True, metavar="FILE", help="allele frequencies")
    parser.add_argument("--mutation", type=Path, metavar="FILE", help="mutation models (default: none)")
    parser.add_argument("--theta", type=float, default=0.0, metavar="X", help="FST (default 0)")
    parser.add_argument(
        "--threshold", type=float, default=4.0, metavar="X", help="log10 LR to be reached (default 4)"
    )
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="default: all cores")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.csv", help="table to write")


def run_power(args: argparse.Namespace) -> int:
    """Read, compute, write, say what was found."""
    _check(args, ("--limit", args.limit, 0 <= args.limit <= 1, "0 … 1"))
    given = read_register(None, args.families, args.frequencies, args.mutation)
    settings = PowerSettings(args.threshold, args.exclusion, args.limit, args.theta, args.threads)
    with Progress(words(args.lang)["power.progress"], len(given.register)) as progress:
        power = power_of(given.register, given.panel, settings, progress.advance)
    write_power(args.out, power, given.register)
    _say_power(given, power, args)
    return 0


def run_next(args: argparse.Namespace) -> int:
    """Read, value what each relative would add, plan, write, say."""
    _check(
        args,
        ("--draws", args.draws, args.draws >= 10, "≥ 10"),
        ("--budget", args.budget, args.budget is None or args.budget > 0, "> 0"),
    )
    given = read_register(None, args.families, args.frequencies, args.mutation)
    families = asked_families(given, all_untyped=args.all_untyped, only=args.family)
    settings = PowerSettings(args.threshold, theta=args.theta, threads=args.threads)
    calls = Calls(given.panel)
    with Progress(words(args.lang)["next.progress"], len(families)) as progress:
        if args.family:
            valued = []
            for one in families:
                valued.append(_exactly(given, one, calls, settings))
                progress.advance()
            now, packages = [v[0] for v in valued], [v[1] for v in valued]
        else:
            now, packages = packages_of(
                [f.asked for f in families], calls, settings, draws=args.draws, on_progress=progress.advance
            )
    aim: Aim = "reached" if args.aim == "reached" else "log10_lr"
    planned = None
    if args.budget is not None:
        planned = plan(packages, args.budget, aim)
        chosen = list(planned.chosen.items())
    else:
        chosen = [(i, p) for i, of in enumerate(packages) for p in of if len(p.persons) == 1]
        chosen.sort(key=lambda c: (*_rates(c[1], aim), c[0], c[1].persons))
    samples = [
        Sample(families[i].asked.family, tuple(families[i].persons[p] for p in one.persons), one, now[i])
        for i, one in chosen
    ]
    write_next(args.out, samples, "exact" if args.family else "shape")
    _say_next(given, samples, planned, len(families), args)
    return 0


def _rates(package: Package, aim: str) -> tuple[float, float]:
    """Gains per cost, the larger the earlier; the second decides where the first are equal."""
    return -getattr(package, aim) / package.cost, -package.log10_lr / package.cost


def _exactly(
    given: RegisterInput, one: AskedFamily, calls: Calls, settings: PowerSettings
) -> tuple[Value, list[Package]]:
    """What a family has, and what each candidate alone adds, given what its relatives show."""
    groups, rows = given.register.where
    each = [
        gains_of(
            given.register.groups[groups[t]], int(rows[t]), one.asked.candidates, calls,
            settings.log10_threshold, settings.theta,
        )
        for t in one.targets
    ]  # fmt: skip
    now = Value(sum(v.log10_lr for v, _ in each), sum(v.reached for v, _ in each))
    packages = [
        Package(
            (candidate,),
            one.asked.costs[i],
            sum(after[i].reached - before.reached for before, after in each),
            sum(after[i].log10_lr - before.log10_lr for before, after in each),
        )
        for i, candidate in enumerate(one.asked.candidates)
    ]
    return now, packages


def _check(args: argparse.Namespace, *more: tuple[str, object, bool, str]) -> None:
    problems = [
        InputProblem("screen.bad-option", params={"option": option, "given": given, "range": wanted})
        for option, given, good, wanted in (
            ("--theta", args.theta, 0 <= args.theta < 1, "0 … 1"),
            ("--threads", args.threads, args.threads >= 0, "≥ 0"),
            *more,
        )
        if not good
    ]
    if problems:
        raise InputProblems(problems)
    check_output(args.out)


def _about(given: RegisterInput, args: argparse.Namespace) -> dict[str, object]:
    return {
        "log10_threshold": args.threshold,
        "theta": args.theta,
        "markers": len(given.panel.markers),
        "inputs": dict(given.inputs),
        "warnings": [render(w, args.lang) for w in given.warnings],
        "out": str(args.out),
    }


def _say_power(given: RegisterInput, power: Power, args: argparse.Namespace) -> None:
    register = given.register
    weak = [i for i in range(len(power)) if power.under_powered[i]]
    families = sorted({register.families[i] for i in weak})
    report = {
        "families": len(set(register.families)),
        "missing": len(power),
        "under_powered_missing": len(weak),
        "under_powered_families": families,
        "expected_reached": float(power.reached.sum()),
        "limit": args.limit,
        **_about(given, args),
    }
    if args.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
        return
    say = words(args.lang)
    for warning in given.warnings[:_SHOWN]:
        print(render(warning, args.lang))
    print(
        say["power.done"].format(
            missing=len(power),
            families=report["families"],
            threshold=args.threshold,
            expected=power.reached.sum(),
        )
    )
    if weak:
        names = ", ".join(families[:_SHOWN]) + (" …" if len(families) > _SHOWN else "")
        print(say["power.weak"].format(count=len(weak), limit=args.limit, names=names))
    print(say["power.assumed"])
    print(say["power.written"].format(path=args.out))


def _say_next(
    given: RegisterInput, samples: list[Sample], planned: Plan | None, asked: int, args: argparse.Namespace
) -> None:
    if args.json:
        report: dict[str, object] = {
            "families_asked": asked,
            "basis": "exact" if args.family else "shape",
            "aim": args.aim,
            "samples": [
                {
                    "family": s.family,
                    "persons": list(s.persons),
                    "cost": s.package.cost,
                    "reached_before": s.now.reached,
                    "reached_gain": s.package.reached,
                    "log10_lr_before": s.now.log10_lr,
                    "log10_lr_gain": s.package.log10_lr,
                }
                for s in samples
            ],
            **_about(given, args),
        }
        if planned is not None:
            report["budget"] = args.budget
            report |= {"cost": planned.cost, "gain": planned.gain, "bound": planned.bound}
        print(json.dumps(report, ensure_ascii=False, indent=1))
        return
    say = words(args.lang)
    for warning in given.warnings[:_SHOWN]:
        print(render(warning, args.lang))
    for rank, s in enumerate(samples[:_SHOWN], 1):
        print(
            say["next.line"].format(
                rank=rank, family=s.family, persons=", ".join(s.persons), cost=s.package.cost,
                before=s.now.reached, gain=s.package.reached, log10_lr=s.package.log10_lr,
            )
        )  # fmt: skip
    print(say["next.basis-exact" if args.family else "next.basis-shape"])
    if planned is not None:
        key = "next.plan-reached" if planned.aim == "reached" else "next.plan-log10-lr"
        print(
            say[key].format(
                samples=sum(len(s.persons) for s in samples), families=len(samples), cost=planned.cost,
                budget=args.budget, gain=planned.gain, bound=planned.bound,
            )
        )  # fmt: skip
    print(say["next.written"].format(path=args.out, count=len(samples)))
