"""The command line turns whatever happens into an exit status and words."""

import argparse
import json
import os
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from amana.cli import entry, main
from amana.problems import InputProblem, InputProblems

PROBLEMS = (
    InputProblem("pedigree.unknown-parent", "families.csv", 7, "father", {"person": "P3", "parent": "P9"}),
    InputProblem(
        "frequency.missing", "frequencies.csv", 2, "D3S1358", {"alleles": ("15", "16")}, warning=True
    ),
)
Install = Callable[[Callable[[argparse.Namespace], int]], None]


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a verb ``try`` into the table, with the given function as its ``run``."""

    def install(run: Callable[[argparse.Namespace], int]) -> None:
        module = types.ModuleType("amana.cli.tried")
        module.add_arguments = lambda subparsers: subparsers.add_parser("try").add_argument(
            "--json", action="store_true"
        )
        module.run = run
        monkeypatch.setitem(sys.modules, "amana.cli.tried", module)
        monkeypatch.setattr(entry, "VERBS", {"try": entry.Verb("amana.cli.tried", "tried")})

    return install


def raising(error: BaseException) -> Callable[[argparse.Namespace], int]:
    def run(args: argparse.Namespace) -> int:
        raise error

    return run


@pytest.mark.parametrize("status", [0, 1])
def test_the_status_of_the_verb_is_the_status_of_the_program(verb: Install, status: int) -> None:
    verb(lambda args: status)
    assert main(["try"]) == status


def test_every_problem_is_rendered_and_the_status_is_2(
    verb: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    verb(raising(InputProblems(PROBLEMS)))
    assert main(["try", "--lang", "en"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "families.csv" in shown.err
    assert "P9" in shown.err
    assert "frequencies.csv" in shown.err


@pytest.mark.parametrize("arguments", [["try", "--json"], ["try", "--lang", "ar", "--json"]])
def test_with_json_the_problems_are_one_document(
    verb: Install, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    verb(raising(InputProblems(PROBLEMS)))
    assert main(arguments) == 2
    first, second = json.loads(capsys.readouterr().out)["problems"]
    assert first["code"] == "pedigree.unknown-parent"
    assert (first["file"], first["row"], first["field"]) == ("families.csv", 7, "father")
    assert first["params"] == {"person": "P3", "parent": "P9"}
    assert second["warning"] is True
    assert second["params"] == {"alleles": ["15", "16"]}
    assert first["text"]


def test_a_file_that_is_not_there_is_bad_input(
    verb: Install, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    verb(lambda args: len((tmp_path / "no-such.csv").read_text()))
    assert main(["try"]) == 2
    assert "no-such.csv" in capsys.readouterr().err


def test_the_language_reaches_the_verb_from_either_side(verb: Install) -> None:
    seen = []
    verb(lambda args: seen.append((args.lang, args.json)) or 0)
    main(["--lang", "ar", "try"])
    main(["try", "--lang", "ar", "--json"])
    assert seen == [("ar", False), ("ar", True)]


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ar_SY.UTF-8"}, "ar"),
        ({"LANG": "ar"}, "ar"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "arn_CL.UTF-8"}, "en"),  # Mapudungun
        ({"LANG": "ar_SY.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "ar_SY.UTF-8", "LC_ALL": ""}, "ar"),
    ],
)
def test_the_locale_decides_the_language(environment: dict[str, str], language: str) -> None:
    assert entry.language_of(environment) == language


def test_ctrl_c_is_not_a_traceback(verb: Install, capsys: pytest.CaptureFixture[str]) -> None:
    verb(raising(KeyboardInterrupt()))
    assert main(["try"]) == 130
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["no-such-verb"], ["doctor", "--no-such-option"]])
def test_a_wrong_command_is_bad_input(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2


def test_a_reader_that_has_gone_is_not_a_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "amana", "doctor", "--json"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert ended.stderr == ""
    assert ended.returncode == 141


def test_a_terminal_without_arabic_letters_gets_escapes() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ended = subprocess.run(
        [sys.executable, "-m", "amana", "doctor", "--lang", "ar"],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert b"\\u" in ended.stdout
    assert ended.stderr == b""
