"""``amana user``: offices and people, for whoever runs the machine.

What an administrator does from day to day is in the pages; this is for the beginning, and for the first
administrator of an office.  A way back after a lost second factor is in the pages alone: it takes two.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from typing import Any

from amana.cli.tables import table
from amana.cli.words import words
from amana.problems import InputProblem, InputProblems


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``user``."""
    parser = subparsers.add_parser(
        "user",
        help="offices, people and the first administrator",
        description="Make offices and people. Passwords are never on the command line.",
    )
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True, title="acts")
    office = acts.add_parser("office", help="make an office")
    office.add_argument("code", metavar="CODE", help="two to five letters; numbers of records begin with it")
    office.add_argument(
        "--kind", required=True, choices=("civil_defence", "forensic", "commission", "laboratory", "partner")
    )
    _names(office)
    first = acts.add_parser("first", help="make the first administrator, who types a password")
    _person(first)
    add = acts.add_parser("add", help="make a person, who begins with a code that is printed")
    _person(add)
    add.add_argument(
        "--role", action="append", default=[], metavar="ROLE", help="a role or a bundle; may be repeated"
    )
    acts.add_parser("list", help="offices and people")


def _names(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name-en", required=True, metavar="NAME", help="name in Latin letters")
    parser.add_argument("--name-ar", required=True, metavar="NAME", help="name in Arabic letters")


def _person(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username", metavar="USERNAME", help="sign-in name: small letters and digits")
    parser.add_argument("--office", required=True, metavar="CODE")
    _names(parser)


def run(args: argparse.Namespace) -> int:
    """Do one act."""
    from amana.casework.start import migrate_if_new, start

    start()
    migrate_if_new()
    document, lines = {"office": _office, "first": _first, "add": _add, "list": _list}[args.act](args)
    if args.json:
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines))
    return 0


def _office(args: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    from amana.casework.accounts.services import COMMAND_LINE, add_office

    office = add_office(
        COMMAND_LINE, code=args.code, kind=args.kind, name_en=args.name_en, name_ar=args.name_ar
    )
    return {"office": office.code}, [words(args.lang)["user.office_made"].format(code=office.code)]


def _first(args: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    from amana.casework.accounts.credentials import set_first_password
    from amana.casework.accounts.queries import administrators
    from amana.casework.accounts.services import COMMAND_LINE, add_person, give_roles
    from amana.casework.audit.writing import writing

    say = words(args.lang)
    if administrators():
        raise InputProblems([InputProblem("accounts.has-an-administrator")])
    office = _office_of(args.office)
    password = _typed_twice(args.lang)
    # All or nothing: a weak password must not leave an account behind.
    with writing(COMMAND_LINE, "accounts.user.added"):
        user = add_person(
            COMMAND_LINE, office, username=args.username, name_en=args.name_en, name_ar=args.name_ar,
            language=args.lang,
        )  # fmt: skip
        give_roles(COMMAND_LINE, user, ["administrator"])
        set_first_password(COMMAND_LINE, user, password)
    return {"username": user.username}, [say["user.first_made"].format(username=user.username)]


def _typed_twice(language: str) -> str:
    say = words(language)
    if sys.stdin.isatty():
        first, second = getpass.getpass(say["user.password"] + " "), getpass.getpass(say["user.again"] + " ")
    else:
        first, second = sys.stdin.readline().rstrip("\n"), sys.stdin.readline().rstrip("\n")
    if first != second:
        raise InputProblems([InputProblem("accounts.passwords-differ")])
    return first


def _add(args: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    from amana.casework.accounts.credentials import new_first_code
    from amana.casework.accounts.services import COMMAND_LINE, add_person, give_roles
    from amana.casework.audit.writing import writing

    office = _office_of(args.office)
    with writing(COMMAND_LINE, "accounts.user.added"):
        user = add_person(
            COMMAND_LINE, office, username=args.username, name_en=args.name_en, name_ar=args.name_ar,
            language=args.lang,
        )  # fmt: skip
        held = give_roles(COMMAND_LINE, user, args.role) if args.role else []
        code = new_first_code(COMMAND_LINE, user)
    document = {"username": user.username, "roles": [h.role for h in held], "first_code": code}
    say = words(args.lang)
    return document, [say["user.made"].format(username=user.username, code=code), say["user.hand_over"]]


def _list(args: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    from amana.casework.accounts.queries import everybody

    people = everybody()
    say = words(args.lang)
    document = {
        "people": [
            {
                "username": p.username, "name_en": p.name_en, "name_ar": p.name_ar, "office": p.office.code,
                "roles": [r.name for r in p.roles], "active": p.is_active,
            }
            for p in people
        ]
    }  # fmt: skip
    if not people:
        return document, [say["user.nobody"]]
    head = [say[f"user.{k}"] for k in ("office", "username", "name", "roles", "state")]
    rows = [
        [
            p.office.code,
            p.username,
            p.name_ar if args.lang == "ar" else p.name_en,
            ", ".join(r.ar if args.lang == "ar" else r.en for r in p.roles),
            say["user.open" if p.is_active else "user.closed"],
        ]
        for p in people
    ]
    return document, table([head, *rows])


def _office_of(code: str) -> Any:
    from amana.casework.accounts.models import Office

    office = Office.objects.filter(code=code.strip().upper()).first()
    if office is None:
        raise InputProblems(
            [InputProblem("accounts.no-such-office", field="--office", params={"code": code})]
        )
    return office
