"""``amana kinship``: likelihoods of given hypotheses, screening, and other programs' files."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from amana.cli.check import add_check, run_check
from amana.cli.convert import add_convert, run_convert
from amana.cli.dense import add_dense, run_dense
from amana.cli.lineage import add_lineage, run_lineage
from amana.cli.power import add_power, run_next, run_power
from amana.cli.prepared import add_prepared, run_index, run_search
from amana.cli.same import add_same, run_blind, run_same
from amana.cli.screen import add_screen, run_merge, run_screen
from amana.cli.words import words
from amana.interchange import Hypothesis, KinshipCase, read_kinship_cases
from amana.kinship.likelihood import log_likelihood
from amana.kinship.linked import log_likelihood_linked
from amana.kinship.linked_pairs import log_likelihood_by_pairs, warn_of_linkage
from amana.kinship.structure import prune_untyped
from amana.problems import InputProblem, InputProblems, Language, render


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``kinship`` and what it can compute."""
    parser = subparsers.add_parser("kinship", help="kinship likelihoods, and screening of whole registers")
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT", parser_class=type(parser))
    likelihood = what.add_parser(
        "likelihood",
        help="log-likelihood of each hypothesis of each case, by marker",
        description="Natural log-likelihoods of the hypotheses in a file of kinship cases (docs/formats.md).",
    )
    likelihood.add_argument("cases", type=Path, metavar="CASES", help="a .json, .json.gz or .fam file")
    likelihood.add_argument(
        "--prune-untyped",
        action="store_true",
        help="leave out untyped people who only link others to the population, as Familias does",
    )
    likelihood.add_argument("--theta", type=float, metavar="X", help="FST instead of the one in the file")
    likelihood.add_argument(
        "--linked",
        action="store_true",
        help="compute known pairs of linked STR markers, such as vWA and D12S391, jointly; FST has to be 0",
    )
    add_screen(what)
    add_prepared(what)
    add_lineage(what)
    add_check(what)
    add_same(what)
    add_dense(what)
    add_power(what)
    add_convert(what)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    verbs = {
        "likelihood": _likelihood, "screen": run_screen, "merge": run_merge, "index": run_index,
        "search": run_search, "lineage": run_lineage, "check": run_check, "dense": run_dense,
        "power": run_power, "next": run_next, "convert": run_convert,
        "same": run_same, "blind": run_blind,
    }  # fmt: skip
    return verbs[args.what](args)


def _likelihood(args: argparse.Namespace) -> int:
    """Print log-likelihoods, and log10 LR where a case has two hypotheses."""
    cases = read_kinship_cases(args.cases)
    if not args.json:
        for warning in (w for case in cases for w in case.warnings):
            print(render(warning, args.lang), file=sys.stderr)
    computed: list[tuple[KinshipCase, str, _Units]] = []
    problems: list[InputProblem] = []
    for case in cases:
        theta = case.theta if args.theta is None else args.theta
        for name, hypothesis in case.hypotheses.items():
            try:
                computed.append((case, name, _loglik(case, hypothesis, theta, args)))
            except InputProblems as faults:
                problems += [
                    InputProblem(p.code, args.cases.name, p.row, f"{case.id}.{name}", p.params)
                    for p in faults.problems
                ]
    if problems:
        raise InputProblems(problems)
    warnings = {} if args.linked else {case.id: _warnings(case, args.lang) for case in cases}
    if args.json:
        records = [_record(case, computed, warnings.get(case.id, [])) for case in cases]
        print(json.dumps({"cases": records}, ensure_ascii=False, indent=1))
    else:
        for case_id, texts in warnings.items():
            for text in texts:
                print(f"{case_id}: {text}", file=sys.stderr)
        _print(cases, computed, args.lang)
    return 0


_Units = tuple[tuple[str, ...], list[float]]
"""Names of markers, or of pairs computed together, and their logarithms."""


def _loglik(case: KinshipCase, hypothesis: Hypothesis, theta: float, args: argparse.Namespace) -> _Units:
    names = tuple(m.name for m in case.markers)
    pedigree = hypothesis.pedigree
    if case.recombination is None and not args.linked:
        values = log_likelihood(
            pedigree, hypothesis.profiles, case.markers, theta=theta, without_untyped=args.prune_untyped
        )
        return names, [float(v) for v in values]
    if args.prune_untyped:
        typed = {i for i, p in hypothesis.profiles.items() if p.calls or p.replicates}
        pedigree = prune_untyped(pedigree, typed)
    if case.recombination is None:
        units, logs = log_likelihood_by_pairs(pedigree, hypothesis.profiles, case.markers, theta=theta)
        return units, list(logs)
    if theta:
        raise InputProblems([InputProblem("linked.theta", field="theta", params={"value": theta})])
    first, second = case.markers
    both = log_likelihood_linked(pedigree, hypothesis.profiles, (first, second), case.recombination)
    return names, [both]


def _warnings(case: KinshipCase, language: Language) -> list[str]:
    """Where linked markers are taken as independent and that can matter."""
    if case.recombination is not None:
        return []
    profiles = [p for h in case.hypotheses.values() for p in h.profiles.values()]
    typed = {marker for p in profiles for marker in (*p.calls, *p.replicates)}
    families = [(h.pedigree, set(h.profiles), 1) for h in case.hypotheses.values()]
    return [render(w, language) for w in warn_of_linkage(families, typed)]


_Computed = Sequence[tuple[KinshipCase, str, _Units]]


def _record(case: KinshipCase, computed: _Computed, warnings: Sequence[str]) -> dict[str, object]:
    own = [(name, units) for other, name, units in computed if other is case]
    hypotheses = {
        name: {"loglik": [_plain(v) for v in values], "loglik_total": _plain(math.fsum(values))}
        for name, (_, values) in own
    }
    names = own[0][1][0] if own else ()
    warned = {"warnings": list(warnings)} if warnings else {}
    return {"id": case.id, "markers": list(names), "hypotheses": hypotheses, **warned}


def _plain(value: float) -> float | str:
    return "-Inf" if value == -math.inf else value


def _print(cases: Sequence[KinshipCase], computed: _Computed, language: Language) -> None:
    say = words(language)
    for case in cases:
        print(f"{case.id}  {case.title}".rstrip())
        totals = {}
        for other, name, (units, values) in computed:
            if other is not case:
                continue
            totals[name] = math.fsum(values)
            print(f"  {name:<12} ln L = {_plain(totals[name])!s:>20}")
            impossible = [unit for unit, v in zip(units, values, strict=False) if v == -math.inf]
            if impossible:
                print("  " + say["kinship.impossible"].format(markers=", ".join(impossible)))
        if len(totals) == 2 and all(np.isfinite(t) for t in totals.values()):
            (first, a), (second, b) = totals.items()
            print(f"  log10 LR {first} : {second} = {(a - b) / math.log(10):.6f}")
