"""Read the command line, call one verb, and turn what happens into an exit status.

Exit status: 0 done, 1 a finding (such as a failed verification), 2 bad input, 130 interrupted.

A verb's module has two functions: ``add_arguments(subparsers)``, which adds the verb's own
parser, and ``run(args) -> int``.  Every parser made below ``subparsers`` understands ``--lang``
and ``--json``; their values are ``args.lang`` and ``args.json``.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from amana import __version__
from amana.problems import InputProblem, InputProblems, Language, render, render_all

OK, FINDING, BAD_INPUT, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141


@dataclass(frozen=True)
class Verb:
    """One line of the table of verbs: where it lives, and its line in ``amana --help``."""

    module: str
    summary: str


VERBS: Mapping[str, Verb] = {
    "demo": Verb(
        "amana.cli.demo", "make the demo incident, identify, write the reports, compare with the truth"
    ),
    "identify": Verb(
        "amana.cli.identify", "joint identification support for a case: remains, families, frequencies"
    ),
    "kinship": Verb("amana.cli.kinship", "kinship likelihoods of given hypotheses; screening of registers"),
    "simulate": Verb("amana.cli.simulate", "make a synthetic incident, or a register, with known truth"),
    "serve": Verb("amana.cli.serve", "serve the pages, with the worker beside them"),
    "worker": Verb("amana.cli.worker", "do the long work that people ask for on the pages"),
    "log": Verb("amana.cli.log", "the log of everything written or opened: sign, verify, witness, export"),
    "keys": Verb("amana.cli.keys", "the keys of people's protected texts: check, rotate"),
    "migrate": Verb("amana.cli.migrate", "make the tables of the database, or bring them up to date"),
    "backup": Verb("amana.cli.backup", "copy the database and the files, never the keys"),
    "restore": Verb("amana.cli.restore", "bring a backup back, and say what was lost since"),
    "user": Verb("amana.cli.user", "offices, people and the first administrator"),
    "import": Verb("amana.cli.import_files", "bring a file in: places with their P-codes"),
    "doctor": Verb("amana.cli.doctor", "what is present, what is missing and how to get it"),
}


class VerbParser(argparse.ArgumentParser):
    """A parser that understands the options common to every verb."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # 'resolve' lets a verb word its own --json; SUPPRESS keeps `amana --json VERB` from being undone.
        super().__init__(*args, **{"conflict_handler": "resolve", **kwargs})
        add_common_options(self, default=argparse.SUPPRESS)


def add_common_options(parser: argparse.ArgumentParser, default: Any = None) -> None:
    """Add ``--lang`` and ``--json``."""
    parser.add_argument("--lang", choices=("en", "ar"), default=default, help="language (default: from LANG)")
    parser.add_argument(
        "--json", action="store_true", default=default, help="print one JSON document instead of text"
    )


def language_of(environment: Mapping[str, str]) -> Language:
    """Return the language that a POSIX locale asks for: Arabic where it says so, otherwise English.

    Parameters
    ----------
    environment
        Such as ``os.environ``; the first of LC_ALL, LC_MESSAGES, LANG that is not empty decides.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "ar" if environment[name].split("_")[0].split(".")[0] == "ar" else "en"
    return "en"


def build_parser(arguments: Sequence[str], language: Language) -> argparse.ArgumentParser:
    """Return the parser of `arguments`: every verb is listed, only the one named is imported."""
    parser = argparse.ArgumentParser(
        prog="amana",
        description="DNA support for naming the dead: exact, explained, and never an identity by itself.",
        epilog="amana VERB --help says more. Exit status: 0 done, 1 a finding, 2 bad input.",
    )
    parser.add_argument("--version", action="version", version=f"amana {__version__}")
    add_common_options(parser)
    parser.set_defaults(lang=language, json=False)
    subparsers = parser.add_subparsers(
        dest="verb", metavar="VERB", title="verbs", required=True, parser_class=VerbParser
    )
    called = next((argument for argument in arguments if argument in VERBS), None)
    for name, verb in VERBS.items():
        if name == called:
            importlib.import_module(verb.module).add_arguments(subparsers)
        else:
            subparsers.add_parser(name, help=verb.summary)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``amana`` with `argv` (default: the process's own arguments) and return its exit status."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    never_fail_on_a_letter(sys.stdout, sys.stderr)
    try:
        return dispatch(arguments or ["--help"])
    except BrokenPipeError:
        # The reader (`| head`) has gone. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return INTERRUPTED


def dispatch(arguments: Sequence[str]) -> int:
    """Parse `arguments` and call the verb; faults of the input become sentences and status 2."""
    args = build_parser(arguments, language_of(os.environ)).parse_args(arguments)
    run = cast(Callable[[argparse.Namespace], int], importlib.import_module(VERBS[args.verb].module).run)
    try:
        status = run(args)
        sys.stdout.flush()  # so that a reader that has gone is met here and not at exit
        return status
    except InputProblems as found:
        report(found.problems, args.lang, as_json=args.json)
    except OSError as error:
        if error.filename is None or isinstance(error, BrokenPipeError):
            raise
        problem = InputProblem(
            "file.unusable", str(error.filename), params={"reason": error.strerror or str(error)}
        )
        report([problem], args.lang, as_json=args.json)
    return BAD_INPUT


def report(problems: Iterable[InputProblem], language: Language, *, as_json: bool) -> None:
    """Print problems: sentences to standard error, or with `as_json` one document to standard output."""
    problems = list(problems)
    if as_json:
        print(
            json.dumps({"problems": [as_record(p, language) for p in problems]}, ensure_ascii=False, indent=1)
        )
    else:
        print(render_all(problems, language), file=sys.stderr)


def as_record(problem: InputProblem, language: Language) -> dict[str, object]:
    """Return a problem as plain JSON values, its sentence among them as ``text``."""
    return {
        "code": problem.code,
        "file": problem.file,
        "row": problem.row,
        "field": problem.field,
        "params": {name: plain(value) for name, value in problem.params.items()},
        "warning": problem.warning,
        "text": render(problem, language),
    }


def plain(value: object) -> object:
    """Return `value` if JSON has it, a list for any sequence or set, otherwise its text."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return str(value)


def never_fail_on_a_letter(*streams: object) -> None:
    """Have a terminal that cannot show Arabic get escapes instead of an error."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
