"""``amana import gazetteer FILE``: places of UN OCHA, of GeoNames, or of any table with a code and a name."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from amana.cli.casework import open_database
from amana.cli.entry import as_record
from amana.cli.words import words
from amana.interchange.collecting import Problems
from amana.interchange.gazetteer_files import GEONAMES, OCHA
from amana.interchange.gazetteer_files_reading import FORMATS, read_gazetteer
from amana.interchange.text import digest, read_bytes
from amana.problems import render

_CREDITS = {OCHA: "import.credit_ocha", GEONAMES: "import.credit_geonames"}
_WARNINGS_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what a gazetteer wants beside its file."""
    parser.add_argument("--format", choices=FORMATS, help="what the file is (default: told from the file)")
    parser.add_argument("--source", metavar="NAME", default="", help="whom to credit for a table of your own")


def run(args: argparse.Namespace) -> int:
    """Import the places and say how many, what was wrong in part, and whom to credit."""
    path = Path(args.file)
    problems = Problems()
    data = read_bytes(path, path.name, problems)
    problems.raise_faults()
    gazetteer = read_gazetteer(data or b"", path.name, args.format)
    open_database()
    from amana.casework.accounts.services import COMMAND_LINE
    from amana.casework.places.services import import_places

    source = args.source.strip() or gazetteer.credit
    sha256 = digest(data or b"")
    counts = import_places(COMMAND_LINE, gazetteer.places, source=source, sha256=sha256, file=path.name)
    if args.json:
        record = {
            "places": len(gazetteer.places), **counts._asdict(), "source": source, "sha256": sha256,
            "warnings": [as_record(w, args.lang) for w in gazetteer.warnings],
        }  # fmt: skip
        print(json.dumps(record, ensure_ascii=False, indent=1))
        return 0
    say = words(args.lang)
    for warning in gazetteer.warnings[:_WARNINGS_SHOWN]:
        print(render(warning, args.lang), file=sys.stderr)
    if len(gazetteer.warnings) > _WARNINGS_SHOWN:
        more = len(gazetteer.warnings) - _WARNINGS_SHOWN
        print(say["import.more_warnings"].format(count=more), file=sys.stderr)
    print(say["import.places"].format(**counts._asdict()))
    print(say[_CREDITS.get(source, "import.credit")].format(source=source))
    return 0
