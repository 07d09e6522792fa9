"""``amana backup``: the database and the files, never the keys."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from amana.cli.casework import open_database
from amana.cli.words import words


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``backup``."""
    parser = subparsers.add_parser(
        "backup",
        help="copy the database and the files, never the keys",
        description="Writes a new folder below DIR while people go on working. The key folder is never part "
        "of it: copy that to another place, because who has both has everything.",
    )
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="outside the home, such as a disk of its own"
    )


def run(args: argparse.Namespace) -> int:
    """Make a backup and say where it is."""
    open_database(as_owner=True)
    from django.conf import settings

    from amana.casework.audit.backup import make_backup

    made, say = make_backup(args.folder), words(args.lang)
    if args.json:
        print(json.dumps({"folder": str(made.folder), **made.manifest}, ensure_ascii=False, indent=1))
        return 0
    log = made.manifest["log"]
    print(say["backup.made"].format(folder=made.folder, size=log["size"], files=len(made.manifest["files"])))
    print(say["backup.keys"].format(folder=settings.KEYS))
    return 0
