"""Run every group of tests, one after the other even when one fails, and end with a table.

    ./run test                       every group
    ./run test unit lint             these groups only
    ./run test unit -k loops -x      and what else pytest is to know
    ./run test tests/test_house.py   this file only, whatever its group

A test that pytest skips or expects to fail is counted as not run.  What is not run makes the
whole fail, and so does a group without tests, except where the group may be absent (`Group.optional`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from amana.cli import machine

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # ./run starts this file, whose folder alone would be searched
NO_TESTS_COLLECTED = 5  # pytest's exit status


@dataclass(frozen=True)
class Group:
    """A named part of the checks.

    Attributes
    ----------
    commands
        Programs to run as they are, each counted as one check; arguments after ``python -m``.
    paths, markers
        Or what pytest is given: folders, and its ``-m`` expression.
    arguments
        What else pytest is given.
    surroundings
        What must run beside the tests, such as a database server, and the variables that name it.
    optional
        Why the group cannot run here, or None where it can; only a group that has this function
        may be absent, or have tests that are not run.
    """

    name: str
    what: str
    commands: tuple[tuple[str, ...], ...] = ()
    paths: tuple[str, ...] = ()
    markers: str = ""
    arguments: tuple[str, ...] = ()
    surroundings: Callable[[], AbstractContextManager[Mapping[str, str]]] | None = None
    optional: Callable[[], str | None] | None = None


@contextmanager
def postgresql_server() -> Iterator[Mapping[str, str]]:
    """Start a PostgreSQL server of its own for the length of a group."""
    from tools.postgresql import cluster

    with cluster() as url:
        yield {"DATABASE_URL": url}


def no_reference_data() -> str | None:
    """Say why outside reference data cannot be compared with."""
    if machine.find_reference_data():
        return None
    return f"no folder {machine.reference_data_folder()} (AMANA_REFERENCE_DATA)"


GROUPS = (
    Group(
        "lint",
        "ruff: faults and layout",
        commands=(("ruff", "check", "."), ("ruff", "format", "--check", ".")),
    ),
    Group("types", "mypy: the science wing and the command line", commands=(("mypy",),)),
    Group(
        "unit",
        "what each part promises, and laws",
        paths=("tests",),
        markers="not outside and not documents and not browser and not postgresql",
        arguments=("-n", "2"),
    ),
    Group(
        "casework",
        "the casework on SQLite",
        paths=("src/amana/casework",),
        markers="not browser and not postgresql and not outside",
        arguments=("-n", "2"),
    ),
    Group(
        "postgresql",
        "the casework on PostgreSQL",
        paths=("src/amana/casework", "tests/path"),
        markers="not browser and not sqlite and not outside",
        # Templates, translations and the permission matrix are the same on every database.
        arguments=("-n", "2", "--ignore=src/amana/casework/tests"),
        surroundings=postgresql_server,
    ),
    Group(
        "browser",
        "the casework in Chromium",
        paths=("src/amana/casework", "tests/browser"),
        markers="browser",
        arguments=("-n", "2"),
    ),
    Group("documents", "what the documents say is so", paths=("tests",), markers="documents and not outside"),
    Group(
        "reference", "reference answers that ship with Amana", paths=("validation",), markers="not outside"
    ),
    Group(
        "outside",
        "outside reference data (AMANA_REFERENCE_DATA)",
        paths=("tests", "validation", "src/amana/casework"),
        markers="outside",
        optional=no_reference_data,
    ),
)


@dataclass
class Outcome:
    """What came of one group."""

    group: Group
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether nothing failed and nothing that had to run was left out."""
        if self.failed:
            return False
        return self.group.optional is not None or (self.passed > 0 and not self.skipped)


def main(arguments: Sequence[str]) -> int:
    """Run what `arguments` ask for and return 0 if all of it is good, otherwise 1."""
    if "--list" in arguments:
        print("\n".join(f"{group.name:10} {group.what}" for group in GROUPS))
        return 0
    try:
        groups, rest = select(arguments)
    except ValueError as error:
        print(f"run test: {error}", file=sys.stderr)
        return 2
    outcomes: list[Outcome] = []
    interrupted = False
    for group in groups:
        print(f"\n=== {group.name}: {group.what}", flush=True)
        try:
            outcomes.append(run_group(group, rest))
        except KeyboardInterrupt:
            interrupted = True
            outcomes.append(Outcome(group, failed=1, reasons=["interrupted"]))
            break
    print(table(outcomes))
    if interrupted:
        return 130
    return 0 if all(outcome.is_good for outcome in outcomes) else 1


def select(arguments: Sequence[str]) -> tuple[tuple[Group, ...], list[str]]:
    """Split `arguments` into the groups to run and what pytest is given besides."""
    known = {group.name: group for group in GROUPS}
    rest = list(arguments)
    named = []
    while rest and rest[0] in known:
        named.append(known[rest.pop(0)])
    paths = [a for a in rest if not a.startswith("-") and Path(a.split("::")[0]).exists()]
    if named and paths:
        raise ValueError("name either groups or files, not both")
    if paths:
        return (Group("selected", " ".join(paths)),), [
            str(Path(a).resolve()) if a in paths else a for a in rest
        ]
    if rest and not named and not rest[0].startswith("-"):
        raise ValueError(f"no group or file is called {rest[0]}; the groups are {', '.join(known)}")
    return tuple(named) or GROUPS, rest


def run_group(group: Group, pytest_arguments: Sequence[str]) -> Outcome:
    """Run one group; never raises for what the group does wrong."""
    started = time.monotonic()
    outcome = Outcome(group)
    why = group.optional() if group.optional else None
    if why:
        outcome.reasons.append(why)
    elif group.commands:
        for command in group.commands:
            status = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode
            if status:
                outcome.failed += 1
                outcome.reasons.append(f"{' '.join(command)}: exit status {status}")
            else:
                outcome.passed += 1
    else:
        run_pytest(outcome, pytest_arguments)
    outcome.seconds = time.monotonic() - started
    return outcome


def run_pytest(outcome: Outcome, arguments: Sequence[str]) -> None:
    """Run pytest on a group and count its JUnit report."""
    group = outcome.group
    paths = [path for path in group.paths if (ROOT / path).is_dir()]
    if group.paths and not paths:
        outcome.reasons.append(f"no folder {', '.join(group.paths)}")
        return
    around = group.surroundings() if group.surroundings else nullcontext({})
    with tempfile.TemporaryDirectory() as folder, around as variables:
        report = Path(folder) / "junit.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junit-xml={report}"]
        if group.markers:
            command += ["-m", group.markers]
        command += [*group.arguments, *paths, *arguments]
        reference = str(machine.reference_data_folder())
        environment = {**os.environ, "AMANA_REFERENCE_DATA": reference, **variables}
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if report.exists():
            count(xml.parse(report).getroot(), outcome)
    if status == NO_TESTS_COLLECTED:
        outcome.reasons.append("no tests")
    elif status and not outcome.failed:
        outcome.failed += 1
        outcome.reasons.append(f"pytest: exit status {status}")


def count(report: xml.Element, outcome: Outcome) -> None:
    """Add the test cases of a JUnit report to `outcome`.

    A test that passes and then fails while it clears up is written twice: it has failed, once.
    """
    worst: dict[tuple[str, str], str] = {}
    why: Counter[str] = Counter()
    for case in report.iter("testcase"):
        name = (case.get("classname", ""), case.get("name", ""))
        if case.find("failure") is not None or case.find("error") is not None:
            worst[name] = "failed"
        elif (skip := case.find("skipped")) is not None:
            worst.setdefault(name, "skipped")
            why[skip.get("message") or "no reason given"] += 1
        else:
            worst.setdefault(name, "passed")
    totals = Counter(worst.values())
    outcome.passed += totals["passed"]
    outcome.failed += totals["failed"]
    outcome.skipped += totals["skipped"]
    outcome.reasons += [
        f"{reason} ({times})" if times > 1 else reason for reason, times in why.most_common(3)
    ]


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the table of all groups and, as the last line, the totals."""
    rows = [("group", "passed", "failed", "not run", "seconds", "")]
    for outcome in outcomes:
        left_out = str(outcome.skipped) if outcome.passed or outcome.failed or outcome.skipped else "all"
        mark = "" if outcome.is_good else "FAILED  "
        rows.append(
            (
                outcome.group.name,
                str(outcome.passed),
                str(outcome.failed),
                left_out,
                f"{outcome.seconds:.1f}",
                mark + "; ".join(" ".join(reason.split())[:160] for reason in outcome.reasons),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(row[i].rjust(widths[i]) for i in range(1, 5)), row[5]]).rstrip()
        for row in rows
    ]
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    lines.insert(1, "-" * max(map(len, lines)))
    silent = [o.group.name for o in outcomes if not o.is_good and not o.failed]
    if silent:
        lines += ["", f"Had to run and did not, in whole or in part: {', '.join(silent)}."]
    return "\n".join(["", *lines, "", f"{passed} passed, {failed} failed"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
