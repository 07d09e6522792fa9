"""``amana identify``: what DNA supports about the remains of a case."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from amana import __version__
from amana.cli.tables import table
from amana.cli.words import words
from amana.interchange import read_case, read_case_settings
from amana.kinship.joint import Case, Conclusion, Finding, Identification, Settings, identify
from amana.kinship.linked_pairs import warn_of_linkage
from amana.problems import InputProblem, InputProblems, Language, render, sentence
from amana.reporting import numbers, write_reports
from amana.reporting.context import Context
from amana.reporting.documents import identification_document


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``identify``."""
    defaults = Settings()
    parser = subparsers.add_parser(
        "identify",
        help="joint identification support for a case: remains, families, frequencies",
        description="Which remains DNA supports to be which missing persons, all at once. "
        "It never says who somebody is.",
    )
    parser.add_argument(
        "case", type=Path, metavar="CASE", help="a case folder, or one .json or .fam file (docs/formats.md)"
    )
    parser.add_argument(
        "--prior",
        default=None,
        metavar="P|flat",
        help=f"probability that remains are of somebody listed (default {defaults.on_list}), "
        "or flat: uniform over assignments, to compare with reference programs",
    )
    parser.add_argument(
        "--manifest", metavar="NAME", help="a reliable list that holds everybody; it is named in the report"
    )
    parser.add_argument("--theta", type=float, default=defaults.theta, metavar="X", help="FST (default 0)")
    parser.add_argument("--lr-threshold", type=float, default=defaults.lr_threshold, metavar="LR")
    parser.add_argument(
        "--posterior-threshold", type=float, default=defaults.posterior_threshold, metavar="P"
    )
    parser.add_argument(
        "--best", type=int, default=200, metavar="N", help="assignments to list (default 200)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder for the reports (PDF) and result.json"
    )
    parser.add_argument(
        "--laboratory",
        action="store_true",
        help="also show what can reveal genotypes or wrong paternity: "
        "figures by marker, doubts about samples",
    )


def run(args: argparse.Namespace) -> int:
    """Identify, print, write reports."""
    settings = settings_of(args)
    case = read_case(args.case)
    if not args.json:
        families = [(f.pedigree, {*f.profiles, *f.missing}, 1) for f in case.families]
        linked = warn_of_linkage(families, _typed_in_remains(case))
        for warning in (*case.warnings, *linked):
            print(render(warning, args.lang), file=sys.stderr)
    result = identify(case, settings, best=args.best)
    context = Context(case, result, args.lang, __version__)
    hidden = laboratory_findings(context)
    document = identification_document(result, args.lang, laboratory=args.laboratory, hidden=hidden)
    if args.out is not None:
        write_reports(case, result, args.out, args.lang, version=__version__)
        text = json.dumps(document, ensure_ascii=False, indent=1)
        (args.out / "result.json").write_text(text + "\n", encoding="utf-8")
    if args.json:
        print(json.dumps(document, ensure_ascii=False, indent=1))
        return 0
    for line in summary(case, result, args.lang, hidden=() if args.laboratory else hidden):
        print(line)
    if args.out is not None:
        print(words(args.lang)["identify.written"].format(folder=args.out))
    return 0


def _typed_in_remains(case: Case) -> set[str]:
    profiles = [victim.profile for victim in case.victims]
    return {marker for p in profiles for marker in (*p.calls, *p.replicates)}


def settings_of(args: argparse.Namespace) -> Settings:
    """Settings from the options and, for a manifest, from the case's own file."""
    manifest = args.manifest or read_case_settings(args.case).manifest
    common = {
        "theta": args.theta,
        "lr_threshold": args.lr_threshold,
        "posterior_threshold": args.posterior_threshold,
    }
    if args.prior == "flat":
        return Settings(prior="flat", on_list=None, **common)
    if args.prior is None and manifest:
        return Settings(prior="manifest", on_list=None, manifest=manifest, **common)
    try:
        on_list = float(args.prior) if args.prior is not None else Settings().on_list
    except ValueError:
        problem = InputProblem("identify.prior-range", field="--prior", params={"value": args.prior})
        raise InputProblems([problem]) from None
    return Settings(on_list=on_list, **common)


def laboratory_findings(context: Context) -> list[Finding]:
    """Findings that name a marker or a reference sample."""
    result = context.result
    every = [*result.findings, *(f for c in result.conclusions for f in c.findings)]
    return [f for f in every if context.is_for_the_laboratory(f)]


def summary(
    case: Case, result: Identification, language: Language, hidden: list[Finding] | tuple[()] = ()
) -> list[str]:
    """The result as lines of text."""
    say = words(language)
    s = result.settings
    lines = [say["identify.synthetic"]] if case.synthetic else []
    lines.append(
        say[f"identify.prior_{s.prior}"].format(on_list=s.on_list, theta=s.theta, manifest=s.manifest)
    )
    lines.append(
        say["identify.thresholds"].format(lr=f"{s.lr_threshold:,.0f}", posterior=s.posterior_threshold)
    )
    if result.assignment_count is not None:
        lines.append(say["identify.assignments"].format(count=f"{result.assignment_count:,}"))
    head = [say[f"identify.{k}"] for k in ("remains", "level", "missing", "lr", "posterior", "least")]
    lines += ["", *table([head, *(conclusion_row(c, language) for c in result.conclusions)]), ""]
    for finding, whose in _shown(result):
        if finding in hidden:
            if "family" in finding.params:
                lines.append("- " + say["identify.laboratory"].format(family=finding.params["family"]))
            continue
        what, remedy = sentence(finding.code, finding.params, language)
        lines.append(f"- {', '.join(whose)}{': ' if whose else ''}{what} {remedy or ''}".rstrip())
    lines += ["", say["identify.never_identity"]]
    return lines


def _shown(result: Identification) -> list[tuple[Finding, list[str]]]:
    """Every finding once, with the remains it is about."""
    found: list[tuple[Finding, list[str]]] = [(f, []) for f in result.findings]
    for c in result.conclusions:
        for finding in c.findings:
            same = [whose for f, whose in found if f == finding]
            if same:
                same[0].append(c.victim)
            else:
                found.append((finding, [c.victim]))
    return found


def conclusion_row(c: Conclusion, language: Language) -> list[str]:
    """One line of the table."""
    say = words(language)
    named = " / ".join(c.missing)
    if len(c.missing) > 1:
        named += f" ({say['identify.order_unknown']})"
    least = ""
    if c.least_favourable is not None and c.least_favourable.log10_lr is not None:
        rival = say[f"rival.{c.least_favourable.rival}"]
        least = f"{numbers.power(c.least_favourable.log10_lr)} ({rival}, FST {c.least_favourable.theta:g})"
    return [
        c.victim,
        say[f"level.{c.level}"],
        named or "-",
        "" if c.log10_glr is None else numbers.power(c.log10_glr),
        f"{c.posterior:.6f}" if c.missing else "",
        least,
    ]
