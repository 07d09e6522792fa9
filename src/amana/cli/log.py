"""``amana log``: sign, verify, witness and export the log of everything that was written or opened."""

from __future__ import annotations

import argparse
import gzip
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, cast

from amana.cli.casework import open_database, person_named, refuse
from amana.cli.progress import Progress
from amana.cli.words import words
from amana.problems import InputProblem, Language, sentence


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``log`` and what it can do."""
    parser = subparsers.add_parser("log", help="the log of everything written or opened")
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT", parser_class=type(parser))
    checkpoint = what.add_parser("checkpoint", help="sign how long the log is and what its root is")
    checkpoint.add_argument(
        "--to", type=Path, metavar="DIR", help="also write it, with proofs, for a witness (a USB stick)"
    )
    verify = what.add_parser(
        "verify",
        help="compare the database with its log, the log with what was signed, and custody with its events",
        description="Exit status 1 if anything was changed, deleted or put in past the log, or if a thing in "
        "custody stands where its events do not put it.",
    )
    verify.add_argument(
        "--files", action="store_true", help="also read every file and compare it with its hash; takes long"
    )
    verify.add_argument(
        "--witness-key", action="append", default=[], metavar="VKEY", help="a witness's public key"
    )
    verify.add_argument(
        "--checkpoint", action="append", default=[], type=Path, metavar="FILE", help="one kept elsewhere"
    )
    export = what.add_parser(
        "export",
        help="write the log for tools/verify_log.py, which needs no Amana",
        description="Values about people, of the laboratory and of accounts are left out; their place in the "
        "log stays and is verified.",
    )
    export.add_argument("file", type=Path, metavar="FILE", help="EXPORT.jsonl or EXPORT.jsonl.gz")
    export.add_argument("--with-sealed", action="store_true", help="also values about people; needs --by")
    export.add_argument("--by", metavar="NAME", help="sign-in name of the data protection officer")
    export.add_argument("--reason", default="", help="why they are needed")
    witness = what.add_parser(
        "witness",
        help="as another office: cosign the checkpoints in DIR whose logs only grew",
        description="Needs no database. Remembers beside its key what it has seen; refuses a log that did "
        "not only grow. Exit status 1 if it refused one.",
    )
    witness.add_argument(
        "folder", type=Path, metavar="DIR", help="what `amana log checkpoint --to DIR` wrote"
    )
    witness.add_argument("--key", type=Path, metavar="FILE", help="the witness's key, made if there is none")
    witness.add_argument("--name", help="name of a key that is made now (default HOST/amana-witness)")
    witness.add_argument(
        "--log-key", action="append", default=[], metavar="VKEY",
        help="the key of a log that is seen for the first time, as its office gave it",
    )  # fmt: skip
    witness.add_argument(
        "--begin-anew", action="store_true", help="forget what was seen, for a log restored from a backup"
    )
    take = what.add_parser("import", help="take in the cosignatures that a witness wrote")
    take.add_argument("folder", type=Path, metavar="DIR")
    take.add_argument(
        "--witness-key", action="append", default=[], metavar="VKEY", help="a witness to trust from now on"
    )
    what.add_parser("key", help="print the log's public key, to be handed to others on paper")


def run(args: argparse.Namespace) -> int:
    """Do one of them."""
    if args.what == "witness":
        return _witness(args)
    open_database()
    does = {
        "checkpoint": _checkpoint, "verify": _verify, "export": _export, "import": _import, "key": _key,
    }  # fmt: skip
    return does[args.what](args)


def _tell(args: argparse.Namespace, document: dict[str, object], lines: Iterable[str]) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=1) if args.json else "\n".join(lines))


def _key(args: argparse.Namespace) -> int:
    from amana.casework.audit.checkpoints import own_key

    text = str(own_key().verifier)
    _tell(args, {"key": text}, [text])
    return 0


def _checkpoint(args: argparse.Namespace) -> int:
    from amana.casework.audit.checkpoints import hand_over, make_checkpoint

    checkpoint, say = make_checkpoint(), words(args.lang)
    lines = [checkpoint.note.rstrip()]
    if args.to is not None:
        place = hand_over(checkpoint, args.to)
        lines += ["", say["log.handed_over"].format(folder=place)]
    _tell(args, {"size": checkpoint.size, "note": checkpoint.note}, lines)
    return 0


def _witness(args: argparse.Namespace) -> int:
    from amana.casework.audit.logkeys import host, read_key
    from amana.casework.audit.witness import Witness, WitnessRefused

    path: Path = args.key or _own_witness_key()
    path.parent.mkdir(parents=True, exist_ok=True)
    witness = Witness(path, args.name or f"{host()}/amana-witness")
    trust = {key.name: key for key in map(read_key, args.log_key)}
    say, refused = words(args.lang), None
    try:
        done = witness.visit(args.folder, trust, begin_anew=args.begin_anew)
    except WitnessRefused as refusal:
        done, refused = refusal.done, refusal
    lines = [say["log.cosigned"].format(origin=d.origin, size=d.size, before=d.before) for d in done]
    lines.append(say["log.witness_key"].format(key=witness.key.verifier))
    cosigned = [{"origin": d.origin, "size": d.size, "before": d.before} for d in done]
    if refused is None:
        _tell(args, {"cosigned": cosigned, "key": str(witness.key.verifier)}, lines)
        return 0
    from amana.cli.entry import report

    if not args.json and done:
        print("\n".join(lines))
    report(refused.problems, args.lang, as_json=args.json)
    return 1


def _own_witness_key() -> Path:
    from amana.casework.home import keys_folder

    return Path(keys_folder()) / "witness.skey"


def _import(args: argparse.Namespace) -> int:
    from amana.casework.audit.checkpoints import take_back
    from amana.casework.audit.logkeys import read_key
    from amana.casework.audit.writing import SYSTEM

    taken, say = take_back(args.folder, SYSTEM, [read_key(k) for k in args.witness_key]), words(args.lang)
    record = [{"witness": t.witness, "size": t.size, "new": t.new} for t in taken]
    lines = [
        say["log.taken" if t.new else "log.taken_before"].format(witness=t.witness, size=t.size)
        for t in taken
    ]
    _tell(args, {"cosignatures": record}, lines)
    return 0


def _verify(args: argparse.Namespace) -> int:
    from amana.casework.audit.logkeys import read_key
    from amana.casework.audit.verification import verify_database
    from amana.casework.custody.checking import check_custody
    from amana.casework.files.upkeep import verify_files
    from amana.provenance import SignedCheckpoint

    kept = [SignedCheckpoint(path.read_text(encoding="utf-8")) for path in args.checkpoint]
    trusted, say = [read_key(k) for k in args.witness_key], words(args.lang)
    with Progress(say["log.verifying"]) as progress:

        def tell(step: str, done: int, total: int) -> None:
            progress.label = say[f"log.verifying_{step}"]
            progress.total, progress.done = total or None, 0
            progress.advance(done)

        report = verify_database(trusted=trusted, checkpoints=kept, tell=tell)
        custody = check_custody(lambda done: tell("custody", done, 0))
        files = verify_files(lambda done, total: tell("files", done, total)) if args.files else None
    faults = [*custody, *(files or ())]
    document = report_document(report, args.lang)
    document["custody"] = _problems(custody, args.lang)
    document["files"] = None if files is None else _problems(files, args.lang)
    lines = [f"{say['log.found']} {_said(p, args.lang)}".rstrip() for p in faults]
    if not custody:
        lines.append(say["log.custody_agrees"])
    if files is not None and not files:
        lines.append(say["log.files_agree"])
    _tell(args, document, [*lines, *report_lines(report, args.lang)])
    return 0 if report.verified and not faults else 1


def _said(problem: InputProblem, language: Language) -> str:
    return " ".join(sentence(problem.code, problem.params, language)).rstrip()


def _problems(problems: Iterable[InputProblem], language: Language) -> list[dict[str, object]]:
    return [
        {"code": p.code, "params": {k: str(v) for k, v in p.params.items()}, "text": _said(p, language)}
        for p in problems
    ]


def report_lines(report: Any, language: Language) -> list[str]:
    """A report in sentences: findings first, then what was compared, then what it comes to."""
    say = words(language)
    lines = []
    for finding in sorted(report.findings, key=lambda f: f.warning):
        what, remedy = sentence(finding.code, finding.params, language)
        mark = say["log.note" if finding.warning else "log.found"]
        lines.append(f"{mark} {what} {remedy}".rstrip())
    if report.left_out:
        lines.append(say["log.left_out"].format(number=report.left_out))
    lines.append(
        say["log.compared"].format(
            entries=report.entries, rows=report.rows_checked, erased=report.subjects_erased
        )
    )
    if report.checkpoints:
        last = report.checkpoints[-1]
        key = "log.last_agrees" if last.agrees else "log.last_differs"
        witnesses = ", ".join(name for name, _ in last.witnesses) or say["log.nobody"]
        lines.append(say[key].format(size=last.size, until=last.until, witnesses=witnesses))
    lines.append(say["log.verified" if report.verified else "log.not_verified"])
    return lines


def report_document(report: Any, language: Language) -> dict[str, object]:
    """A report as plain JSON values."""
    return {
        "verified": report.verified,
        "findings": [
            {
                "code": f.code,
                "params": {k: v if isinstance(v, int) else str(v) for k, v in f.params.items()},
                "warning": f.warning,
                "text": " ".join(sentence(f.code, f.params, language)).rstrip(),
            }
            for f in report.findings
        ],
        "left_out": report.left_out,
        "entries": report.entries,
        "objects": report.objects,
        "rows_checked": report.rows_checked,
        "subjects_erased": report.subjects_erased,
        "checkpoints": [
            {
                "size": c.size, "agrees": c.agrees, "signers": list(c.signers), "until": c.until,
                "witnesses": [name for name, _ in c.witnesses],
            }
            for c in report.checkpoints
        ],
    }  # fmt: skip


def _export(args: argparse.Namespace) -> int:
    from django.core.exceptions import PermissionDenied

    from amana.casework.audit.export import export_log
    from amana.casework.audit.writing import SYSTEM

    by = person_named(args.by) if args.by else SYSTEM
    fresh = args.file.with_name(f".{args.file.name}.part")
    try:
        with _written(fresh, args.file.name) as target:
            try:
                number = export_log(target, by, with_sealed=args.with_sealed, reason=args.reason)
            except PermissionDenied as denied:
                raise refuse("log.export-not-allowed", permission=str(denied)) from None
        os.replace(fresh, args.file)
    finally:
        fresh.unlink(missing_ok=True)
    line = words(args.lang)["log.exported"].format(number=number, file=args.file)
    _tell(args, {"entries": number, "file": str(args.file)}, [line])
    return 0


def _written(path: Path, name: str) -> IO[bytes]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    if name.endswith(".gz"):
        os.close(descriptor)
        return cast(IO[bytes], gzip.open(path, "wb"))
    return os.fdopen(descriptor, "wb")
