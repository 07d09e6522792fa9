"""``amana kinship check``: whether families' samples fit, and whether samples are contaminated."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from amana.cli.entry import FINDING, OK, as_record
from amana.cli.words import words
from amana.interchange.quality_tables import (
    ContaminationInput,
    FamiliesInput,
    read_checked_families,
    read_contamination,
)
from amana.interchange.whole_files import write_table
from amana.kinship.contamination import Contamination, ContaminationSettings, check_contamination
from amana.kinship.quality import CheckedFamily, Evidence, Kind, QualitySettings, check_families
from amana.problems import InputProblem, InputProblems, render

_SHOWN = 20
_EVIDENCE_COLUMNS = (
    "family", "rank", "kind", "people", "samples", "log10_lr", "posterior", "declared", "markers",
)  # fmt: skip
_MATCH_COLUMNS = ("first", "second", "group", "shared", "log10_lr", "markers", "different")


def add_check(what: Any) -> None:
    """Add ``check`` to ``kinship``."""
    parser = what.add_parser(
        "check",
        help="whether families' samples fit the declared relations; whether samples are contaminated",
        description="Checks of a laboratory before anything is compared.  What the tables hold: "
        "docs/formats.md.  Exit status 1 where something was found.",
    )
    which = parser.add_subparsers(dest="check", required=True, metavar="WHICH", parser_class=type(parser))
    families = which.add_parser(
        "families",
        help="declared relations against named alternatives",
        description="Weighs each family's declared pedigree against wrong parentage, foreign, swapped and "
        "double samples, undeclared cousin marriage and things that are not the missing person's.  Without "
        "--laboratory only which families the laboratory should look at.",
    )
    families.add_argument("--families", type=Path, required=True, metavar="FILE", help="families, relatives")
    families.add_argument("--items", type=Path, metavar="FILE", help="direct references: razor, milk tooth")
    _common(families)
    families.add_argument("--mutation", type=Path, metavar="FILE", help="mutation models")
    families.add_argument("--theta", type=float, default=0.0, metavar="X", help="FST (default 0)")
    families.add_argument(
        "--flag", type=float, default=0.9, metavar="P", help="posterior that flags a family (default 0.9)"
    )
    families.add_argument(
        "--laboratory", action="store_true", help="with the evidence, which can reveal parentage"
    )
    contamination = which.add_parser(
        "contamination",
        help="elimination profiles, neighbours on a plate, in a batch or a bag, blanks",
        description="Compares every sample with those who handled samples or remains, and with what shared a "
        "plate, a batch or a bag with it; reports plates and batches without a clean blank.",
    )
    contamination.add_argument("--samples", type=Path, required=True, metavar="FILE", help="samples as typed")
    contamination.add_argument("--elimination", type=Path, metavar="FILE", help="profiles of handlers")
    _common(contamination)
    contamination.add_argument("--theta", type=float, default=0.01, metavar="X", help="FST (default 0.01)")
    contamination.add_argument(
        "--min-log10-lr", type=float, default=6.0, metavar="X", help="what counts as a match (default 6)"
    )
    contamination.add_argument(
        "--min-markers", type=int, default=5, metavar="N", help="that a comparison needs (default 5)"
    )


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--frequencies", type=Path, required=True, metavar="FILE", help="allele frequencies")
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="everything found, as a table")


def run_check(args: argparse.Namespace) -> int:
    """Check what was asked for; 1 where something was found."""
    if args.out is not None and args.out.suffix != ".csv":
        raise InputProblems(
            [InputProblem("lineage.output-format", args.out.name, params={"given": args.out.name})]
        )
    return {"families": _families, "contamination": _contamination}[args.check](args)


def _families(args: argparse.Namespace) -> int:
    given = read_checked_families(args.families, args.frequencies, args.mutation, args.items)
    found = check_families(given.groups, given.panel, QualitySettings(flag=args.flag, theta=args.theta))
    flagged = [f for f in found if f.flagged]
    if args.out is not None:
        _write(args.out, *_family_rows(flagged, laboratory=args.laboratory))
    if args.json:
        print(json.dumps(_family_report(given, found, args), ensure_ascii=False, indent=1))
    else:
        _say_families(given, found, args)
    return FINDING if flagged else OK


def _family_rows(
    flagged: Sequence[CheckedFamily], *, laboratory: bool
) -> tuple[Sequence[str], list[dict[str, object]]]:
    """Columns and rows; without the laboratory's eyes nothing but the family."""
    if not laboratory:
        return ("family",), [{"family": f.family} for f in flagged]
    return _EVIDENCE_COLUMNS, [
        {
            "family": f.family, "rank": rank, "kind": str(e.kind), "people": "; ".join(e.people),
            "samples": "; ".join(e.samples), "log10_lr": e.log10_lr, "posterior": e.posterior,
            "declared": f.fits, "markers": "; ".join(f"{m} {v:.2f}" for m, v in e.markers),
        }
        for f in flagged
        for rank, e in enumerate(f.evidence, 1)
    ]  # fmt: skip


def _family_report(
    given: FamiliesInput, found: Sequence[CheckedFamily], args: argparse.Namespace
) -> dict[str, object]:
    report: dict[str, object] = {
        "families": len(found),
        "checked": sum(f.checkable for f in found),
        "flagged": [f.family for f in found if f.flagged],
        "not_checked": [
            {"family": f.family, "problem": as_record(f.problem, args.lang)} for f in found if f.problem
        ],
        "flag": args.flag,
        "theta": args.theta,
        "inputs": dict(given.inputs),
        "warnings": [as_record(w, args.lang) for w in given.warnings],
        "out": str(args.out) if args.out is not None else None,
    }
    if args.laboratory:
        report["evidence"] = [
            {"family": f.family, "declared": f.fits, "alternatives": [_evidence(e) for e in f.evidence]}
            for f in found
            if f.flagged
        ]
        report["items"] = [
            {"family": i.family, "item": i.item, "person": i.person, "log10_lr": i.log10_lr}
            for f in found
            for i in f.items
        ]
    return report


def _evidence(e: Evidence) -> dict[str, object]:
    return {
        "kind": str(e.kind), "people": list(e.people), "samples": list(e.samples), "log10_lr": e.log10_lr,
        "posterior": e.posterior, "markers": [{"marker": m, "log10_lr": v} for m, v in e.markers],
    }  # fmt: skip


def _say_families(given: FamiliesInput, found: Sequence[CheckedFamily], args: argparse.Namespace) -> None:
    say = words(args.lang)
    for warning in given.warnings[:_SHOWN]:
        print(render(warning, args.lang))
    flagged = [f for f in found if f.flagged]
    print(
        say["check.families"].format(
            families=len(found), checked=sum(f.checkable for f in found), flagged=len(flagged)
        )
    )
    for f in [f for f in found if f.problem][:_SHOWN]:
        assert f.problem is not None
        print(say["check.not-checked"].format(family=f.family, why=render(f.problem, args.lang)))
    for f in flagged[:_SHOWN]:
        print(say["check.misfit"].format(family=f.family))
        for e in f.evidence if args.laboratory else ():
            print("  " + _one(e, say))
    if len(flagged) > _SHOWN:
        print(say["check.more"].format(count=len(flagged) - _SHOWN))
    if args.laboratory:
        for i in [i for f in found for i in f.items][:_SHOWN]:
            print(
                say["check.item"].format(
                    family=i.family, item=i.item, person=i.person, log10_lr=f"{i.log10_lr:.2f}"
                )
            )
    elif flagged:
        print(say["check.laboratory"])
    if args.out is not None:
        print(say["check.written"].format(path=args.out))


def _one(e: Evidence, say: Mapping[str, str]) -> str:
    return say["check.evidence"].format(
        what=say["check.item-not" if e.kind == Kind.ITEM else f"check.{e.kind}"].format(
            people=", ".join(e.people), first=e.people[0], others=", ".join(e.people[1:]),
            samples=", ".join(e.samples),
        ),
        log10_lr=f"{e.log10_lr:.2f}",
        posterior=f"{e.posterior:.3f}",
        markers=", ".join(f"{m} {v:.1f}" for m, v in e.markers),
    )  # fmt: skip


def _contamination(args: argparse.Namespace) -> int:
    given = read_contamination(args.samples, args.elimination, args.frequencies)
    settings = ContaminationSettings(args.min_log10_lr, args.theta, args.min_markers)
    found = check_contamination(given.samples, given.handlers, given.panel, settings)
    if args.out is not None:
        _write(args.out, _MATCH_COLUMNS, [{**m, "shared": "; ".join(m["shared"])} for m in _matches(found)])
    if args.json:
        print(json.dumps(_contamination_report(given, found, args), ensure_ascii=False, indent=1))
    else:
        _say_contamination(given, found, args)
    return FINDING if found.matches or found.blanks else OK


def _matches(found: Contamination) -> list[dict[str, Any]]:
    return [
        {
            "first": m.first, "second": m.second, "group": m.group,
            "shared": [f"{unit} {name}" for unit, name in m.shared], "log10_lr": m.log10_lr,
            "markers": m.compared, "different": m.different,
        }
        for m in found.matches
    ]  # fmt: skip


def _contamination_report(
    given: ContaminationInput, found: Contamination, args: argparse.Namespace
) -> dict[str, object]:
    return {
        "samples": len(given.samples),
        "elimination": len(given.handlers),
        "compared": {"with_handlers": found.compared[0], "among_neighbours": found.compared[1]},
        "matches": _matches(found),
        "without_clean_blank": [
            {"unit": b.unit, "name": b.name, "unclean": list(b.blanks), "samples": b.samples}
            for b in found.blanks
        ],
        "too_few_markers": list(found.too_few),
        "theta": args.theta,
        "min_log10_lr": args.min_log10_lr,
        "inputs": dict(given.inputs),
        "warnings": [as_record(w, args.lang) for w in given.warnings],
        "out": str(args.out) if args.out is not None else None,
    }


def _say_contamination(given: ContaminationInput, found: Contamination, args: argparse.Namespace) -> None:
    say = words(args.lang)
    for warning in given.warnings[:_SHOWN]:
        print(render(warning, args.lang))
    print(
        say["check.contamination"].format(
            samples=len(given.samples), handlers=len(given.handlers), neighbours=found.compared[1],
            matches=len(found.matches),
        )
    )  # fmt: skip
    for m in found.matches[:_SHOWN]:
        where = ", ".join(f"{say['check.' + unit]} {name}" for unit, name in m.shared)
        print(
            say["check.handled" if m.group else "check.neighbours"].format(
                first=m.first, second=m.second, group=m.group, shared=where, log10_lr=f"{m.log10_lr:.2f}",
                markers=m.compared, different=m.different,
            )
        )  # fmt: skip
    if len(found.matches) > _SHOWN:
        print(say["check.more"].format(count=len(found.matches) - _SHOWN))
    for b in found.blanks[:_SHOWN]:
        text = say["check.unclean" if b.blanks else "check.no-blank"]
        unit = say["check." + b.unit]
        print(text.format(unit=unit, name=b.name, blanks=", ".join(b.blanks), samples=b.samples))
    if found.too_few:
        print(say["check.too-few"].format(count=len(found.too_few), least=args.min_markers))
    if found.matches:
        print(say["check.until"])
    if args.out is not None:
        print(say["check.written"].format(path=args.out))


def _write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    write_table(path, columns, ([row.get(c, "") for c in columns] for row in rows))
