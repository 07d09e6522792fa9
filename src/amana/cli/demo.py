"""``amana demo``: the demo incident from its files to reports, beside the truth that only a simulation
knows.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import shutil
import sys
import time
from importlib import metadata
from pathlib import Path

import amana
from amana import __version__
from amana.cli.tables import table
from amana.cli.words import words

FOLDER = Path("var") / "demo"


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``demo``."""
    parser = subparsers.add_parser(
        "demo", help="make the demo incident, identify, write the reports, compare with the truth"
    )
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="DIR", help=f"folder (default {FOLDER})")
    parser.add_argument("--fresh", action="store_true", help="compute again even if nothing has changed")
    parser.add_argument(
        "--no-serve", action="store_true", help="end after the table, without the pages in the browser"
    )
    parser.add_argument(
        "--port", type=int, default=8000, metavar="N", help="port of the pages (default 8000, or a free one)"
    )


def run(args: argparse.Namespace) -> int:
    """Show the stored result of the same program, or compute it."""
    stored = args.out / "demo.json"
    document = None if args.fresh else _stored(stored)
    if document is None:
        document = _compute(args.out, args.lang)
        stored.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    elif not args.json:
        print(words(args.lang)["demo.stored"].format(when=document["when"]), file=sys.stderr)
    if args.json:
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        for line in _lines(document, args.out, args.lang):
            print(line)
    if document["wrong"]:
        return 1
    if args.no_serve or args.json:
        return 0
    from amana.cli.demo_pages import serve_demo

    return serve_demo(args.out, args.port, args.lang, program=document["program"], fresh=args.fresh)


def _stored(path: Path) -> dict | None:  # type: ignore[type-arg]
    """The stored result, if the same program on the same libraries made it and its reports are still
    there.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        same = document["program"] == _program()
        there = all((path.parent / name).is_file() for name in document["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dict(document) if same and there else None


def _program() -> str:
    """Digest of everything that the result depends on: the demo is made by the program itself."""
    digest = hashlib.sha256()
    root = Path(amana.__file__).parent
    for file in sorted(
        p for p in root.rglob("*") if p.is_file() and p.suffix not in (".pyc", ".nbc", ".nbi")
    ):
        digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    for package in ("numpy", "numba", "typst"):
        digest.update(f"{package} {metadata.version(package)}".encode())
    return digest.hexdigest()


def _compute(out: Path, language: str) -> dict:  # type: ignore[type-arg]
    from amana.interchange import read_case
    from amana.kinship.joint import identify
    from amana.reporting import write_reports
    from amana.simulation import al_qabou_demo, read_truth, score, write_demo

    print(words(language)["demo.computing"], file=sys.stderr, flush=True)
    for name in ("case", "reports"):
        if (out / name).is_dir():
            shutil.rmtree(out / name)
    started = time.monotonic()
    write_demo(al_qabou_demo(), out / "case")
    case = read_case(out / "case")
    result = identify(case)
    counts = score(read_truth(out / "case"), result)
    files = []
    for report_language in ("en", "ar"):
        folder = out / "reports" / report_language
        files += write_reports(case, result, folder, report_language, version=__version__)
    seconds = time.monotonic() - started
    # Dated by the clock on purpose: the reports themselves carry no date and are the same bytes each time.
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    print(words(language)["demo.seconds"].format(seconds=f"{seconds:.1f}"), file=sys.stderr)
    conclusions = {c.victim: c for c in result.conclusions}
    return {
        "program": _program(),
        "when": now,
        "name": case.name,
        "seconds": round(seconds, 1),
        "wrong": counts.false_at_threshold + counts.false_supported + counts.false_against,
        "score": {k: v for k, v in counts.as_dict().items() if k != "victims"},
        "victims": [
            {
                "victim": v.victim,
                "level": v.level,
                "best": list(v.best),
                "log10_glr": conclusions[v.victim].log10_glr,
                "posterior": conclusions[v.victim].posterior,
                "truth": v.truth,
                "outcome": v.outcome,
            }
            for v in counts.victims
        ],
        "inconsistent_families": [q.family for q in result.families if not q.consistent],
        "files": [f.relative_to(out).as_posix() for f in files],
    }


def _lines(document: dict, out: Path, language: str) -> list[str]:  # type: ignore[type-arg]
    from amana.reporting.numbers import power

    say = words(language)
    head = [say[f"identify.{k}"] for k in ("remains", "level", "missing", "lr", "posterior")] + [
        say["demo.truth"],
        "",
    ]
    rows = [head]
    for v in document["victims"]:
        rows.append(
            [
                v["victim"],
                say[f"level.{v['level']}"],
                " / ".join(v["best"]) or "-",
                power(v["log10_glr"]) if v["log10_glr"] is not None else "",
                f"{v['posterior']:.6f}" if v["best"] else "",
                v["truth"] or say["demo.nobody"],
                say[f"demo.{v['outcome']}"],
            ]
        )
    reports = out / "reports" / language
    places = {
        "case": out / "case",
        "incident": reports / "incident.pdf",
        "victim": reports / "victims" / f"{document['victims'][0]['victim']}.pdf",
        "annex": reports / "laboratory-annex.pdf",
    }
    if language == "en":
        places["arabic"] = out / "reports" / "ar"
    lines = [say["demo.title"].format(name=document["name"]), say["demo.facts"], "", *table(rows), ""]
    lines.append(say["demo.score"].format(**document["score"], wrong=document["wrong"]))
    if document["wrong"]:
        lines.append(say["demo.false_found"])
    lines += [say["identify.laboratory"].format(family=f) for f in document["inconsistent_families"]]
    lines += [say["identify.never_identity"], "", say["demo.look"]]
    lines += ["  " + say[f"demo.{key}"].format(path=path) for key, path in places.items()]
    return [*lines, "  " + say["demo.next"]]
