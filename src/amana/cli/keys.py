"""``amana keys``: the keys of people's protected texts."""

from __future__ import annotations

import argparse
import json

from amana.cli.casework import open_database
from amana.cli.words import words


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``keys`` and what it can do."""
    parser = subparsers.add_parser("keys", help="the keys of people's protected texts: check, rotate")
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT", parser_class=type(parser))
    what.add_parser(
        "check",
        help="finish erasures, look for keys that are lost or readable to others",
        description="Destroy the keys of erased people that are still there, erase again who was erased "
        "before a restored backup, and say which keys are lost. Exit status 1 if something is wrong.",
    )
    what.add_parser(
        "rotate",
        help="a new master key; every person's key is wrapped again",
        description="Texts stay as they are. Run it when a copy of the key folder may have been seen. "
        "Keep a copy of the key folder afterwards, apart from the backups.",
    )


def run(args: argparse.Namespace) -> int:
    """Check or rotate."""
    open_database()
    return _rotate(args) if args.what == "rotate" else _check(args)


def _rotate(args: argparse.Namespace) -> int:
    from amana.casework.audit.upkeep import rotate_keys

    number = rotate_keys()
    text = words(args.lang)["keys.rotated"].format(number=number)
    print(json.dumps({"wrapped_again": number}) if args.json else text)
    return 0


def _check(args: argparse.Namespace) -> int:
    from amana.casework.audit.protection import finish_erasures
    from amana.casework.audit.upkeep import keys_lost, keys_readable_to_others

    finished, open_to_others, lost = finish_erasures(), keys_readable_to_others(), keys_lost()
    if args.json:
        record = {"erasures_finished": finished, "readable_to_others": open_to_others, "keys_lost": lost}
        print(json.dumps(record, indent=1))
        return 1 if open_to_others or lost else 0
    say = words(args.lang)
    if finished:
        print(say["keys.finished"].format(number=finished))
    if open_to_others:
        print(say["keys.open"].format(names=", ".join(open_to_others)))
    if lost:
        print(say["keys.lost"].format(number=len(lost), first=lost[0]))
    if not open_to_others and not lost:
        print(say["keys.good"])
    return 1 if open_to_others or lost else 0
