"""``amana kinship``: likelihoods of given hypotheses, and screening."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from amana.cli.lineage import add_lineage, run_lineage
from amana.cli.screen import add_screen, run_merge, run_screen
from amana.cli.words import words
from amana.interchange import Hypothesis, KinshipCase, read_kinship_cases
from amana.kinship.likelihood import log_likelihood
from amana.kinship.linked import log_likelihood_linked
from amana.kinship.structure import prune_untyped
from amana.problems import InputProblem, InputProblems


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``kinship`` and what it can compute."""
    parser = subparsers.add_parser("kinship", help="kinship likelihoods, and screening of whole registers")
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT", parser_class=type(parser))
    likelihood = what.add_parser(
        "likelihood",
        help="log-likelihood of each hypothesis of each case, by marker",
        description="Natural log-likelihoods of the hypotheses in a file of kinship cases (docs/formats.md).",
    )
    likelihood.add_argument("cases", type=Path, metavar="CASES.json", help="a .json or .json.gz file")
    likelihood.add_argument(
        "--prune-untyped",
        action="store_true",
        help="leave out untyped people who only link others to the population, as Familias does",
    )
    likelihood.add_argument("--theta", type=float, metavar="X", help="FST instead of the one in the file")
    add_screen(what)
    add_lineage(what)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    verbs = {"likelihood": _likelihood, "screen": run_screen, "merge": run_merge, "lineage": run_lineage}
    return verbs[args.what](args)


def _likelihood(args: argparse.Namespace) -> int:
    """Print log-likelihoods, and log10 LR where a case has two hypotheses."""
    cases = read_kinship_cases(args.cases)
    computed = []
    problems: list[InputProblem] = []
    for case in cases:
        theta = case.theta if args.theta is None else args.theta
        for name, hypothesis in case.hypotheses.items():
            try:
                computed.append((case, name, _loglik(case, hypothesis, theta, args.prune_untyped)))
            except InputProblems as faults:
                problems += [
                    InputProblem(p.code, args.cases.name, p.row, f"{case.id}.{name}", p.params)
                    for p in faults.problems
                ]
    if problems:
        raise InputProblems(problems)
    if args.json:
        print(
            json.dumps({"cases": [_record(case, computed) for case in cases]}, ensure_ascii=False, indent=1)
        )
    else:
        _print(cases, computed, args.lang)
    return 0


def _loglik(case: KinshipCase, hypothesis: Hypothesis, theta: float, pruned: bool) -> list[float]:
    if case.recombination is None:
        values = log_likelihood(
            hypothesis.pedigree, hypothesis.profiles, case.markers, theta=theta, without_untyped=pruned
        )
        return [float(v) for v in values]
    if theta:
        raise InputProblems([InputProblem("linked.theta", field="theta", params={"value": theta})])
    pedigree = hypothesis.pedigree
    if pruned:
        pedigree = prune_untyped(pedigree, {i for i, p in hypothesis.profiles.items() if p.calls})
    first, second = case.markers
    return [log_likelihood_linked(pedigree, hypothesis.profiles, (first, second), case.recombination)]


_Computed = Sequence[tuple[KinshipCase, str, list[float]]]


def _record(case: KinshipCase, computed: _Computed) -> dict[str, object]:
    hypotheses = {
        name: {"loglik": [_plain(v) for v in values], "loglik_total": _plain(math.fsum(values))}
        for other, name, values in computed
        if other is case
    }
    return {"id": case.id, "markers": [m.name for m in case.markers], "hypotheses": hypotheses}


def _plain(value: float) -> float | str:
    return "-Inf" if value == -math.inf else value


def _print(cases: Sequence[KinshipCase], computed: _Computed, language: str) -> None:
    say = words(language)
    for case in cases:
        print(f"{case.id}  {case.title}".rstrip())
        totals = {}
        for other, name, values in computed:
            if other is not case:
                continue
            totals[name] = math.fsum(values)
            print(f"  {name:<12} ln L = {_plain(totals[name])!s:>20}")
            impossible = [m.name for m, v in zip(case.markers, values, strict=False) if v == -math.inf]
            if impossible:
                print("  " + say["kinship.impossible"].format(markers=", ".join(impossible)))
        if len(totals) == 2 and all(np.isfinite(t) for t in totals.values()):
            (first, a), (second, b) = totals.items()
            print(f"  log10 LR {first} : {second} = {(a - b) / math.log(10):.6f}")
