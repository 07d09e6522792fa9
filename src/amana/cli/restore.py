"""``amana restore``: bring a backup back, and say what was lost since."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from amana.cli.words import words


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``restore``."""
    parser = subparsers.add_parser(
        "restore",
        help="bring a backup back, and say what was lost since",
        description="Stop `amana serve` first. The backup is compared with its list before anything is "
        "touched; what is there is put aside, not deleted. People erased since are erased again.",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that `amana backup` made")
    parser.add_argument("--replace", action="store_true", help="put aside a database that is there")


def run(args: argparse.Namespace) -> int:
    """Restore and tell."""
    from amana.casework.start import start

    start(as_owner=True)
    from amana.casework.audit.restore import restore

    done, say = restore(args.folder, replace=args.replace), words(args.lang)
    if args.json:
        print(json.dumps(dataclasses.asdict(done), indent=1))
        return 0
    print(say["restore.done"].format(made=done.made, size=done.size))
    if done.lost is not None:
        print(say["restore.lost"].format(first=done.lost[0], last=done.lost[1]))
    else:
        print(say["restore.nothing_lost"])
    if done.witnessed is not None:
        print(say["restore.witnessed"].format(size=done.witnessed))
    if done.erased:
        print(say["restore.erased"].format(number=done.erased))
    if done.aside is not None:
        print(say["restore.aside"].format(place=done.aside))
    print(say["restore.verify"])
    return 0
