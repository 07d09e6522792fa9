"""``amana kinship convert``: a case in the form that another program reads."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from amana.cli.words import words
from amana.interchange import (
    KinshipCase,
    Sender,
    holds_kinship_cases,
    read_case,
    read_kinship_cases,
    write_case_folder,
    write_cmf,
    write_familias_case,
    write_familias_kinship,
    write_joint_json,
)
from amana.kinship.joint import Case
from amana.problems import InputProblem, InputProblems, render

Warnings = tuple[InputProblem, ...]


def add_convert(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``convert``."""
    parser = what.add_parser(
        "convert",
        help="a case as a folder, a Familias file or a CODIS message",
        description="Write a case in another form (docs/formats.md). What the form cannot say is a fault "
        "where results depend on it, and a warning where they do not.",
    )
    parser.add_argument(
        "case",
        type=Path,
        metavar="IN",
        help="a case folder, a .json file of a case or of kinship cases, a .fam file",
    )
    forms = ("folder", "json", "fam", "cmf")
    parser.add_argument("--to", required=True, choices=forms, help="the form to write")
    parser.add_argument(
        "--out", required=True, type=Path, metavar="OUT", help="a file or folder that is not there"
    )
    parser.add_argument("--id", metavar="ID", help="which kinship case of the file (--to fam)")
    for option, text in (
        ("--destination-ori", "the laboratory addressed (--to cmf)"),
        ("--source-lab", "the laboratory that sends (--to cmf)"),
        ("--user", "who sends (--to cmf)"),
    ):
        parser.add_argument(option, default="", metavar="ID", help=text)


def run_convert(args: argparse.Namespace) -> int:
    """Read, write, and say what the form had no place for."""
    if args.out.exists():
        raise InputProblems([InputProblem("convert.exists", str(args.out))])
    if not args.out.absolute().parent.is_dir():
        raise InputProblems([InputProblem("convert.no-folder", str(args.out))])
    warnings = _converted(args)
    if args.json:
        record = [
            {"code": w.code, "row": w.row, "field": w.field, "params": dict(w.params)} for w in warnings
        ]
        print(json.dumps({"out": str(args.out), "warnings": record}, ensure_ascii=False, default=list))
        return 0
    for warning in warnings:
        print(render(warning, args.lang), file=sys.stderr)
    print(words(args.lang)["convert.written"].format(path=args.out))
    return 0


def _converted(args: argparse.Namespace) -> Warnings:
    if args.to == "fam" and holds_kinship_cases(args.case):
        chosen = _chosen(read_kinship_cases(args.case), args.id, args.case.name)
        return (*chosen.warnings, *write_familias_kinship(chosen, args.out))
    case = read_case(args.case)
    writers: dict[str, Callable[[], Warnings]] = {
        "folder": lambda: _folder(case, args.out),
        "json": lambda: _json(case, args.out),
        "fam": lambda: write_familias_case(case, args.out),
        "cmf": lambda: write_cmf(case, args.out, _sender(args)),
    }
    return (*case.warnings, *writers[args.to]())


def _chosen(cases: tuple[KinshipCase, ...], wanted: str | None, file: str) -> KinshipCase:
    known = tuple(c.id for c in cases)
    found = [c for c in cases if wanted in (None, c.id)]
    if len(found) != 1:
        raise InputProblems([InputProblem("convert.which", file, field="--id", params={"known": known})])
    return found[0]


def _folder(case: Case, out: Path) -> Warnings:
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.absolute().parent))
    try:
        write_case_folder(case, beside / "case")
        (beside / "case").replace(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return ()


def _json(case: Case, out: Path) -> Warnings:
    write_joint_json(case, out)
    return ()


def _sender(args: argparse.Namespace) -> Sender:
    time = datetime.now().isoformat(timespec="seconds")
    return Sender(args.destination_ori, args.source_lab, args.user, time)
