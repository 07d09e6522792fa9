"""Killed at any moment: what was acknowledged is there, nothing is half there, and the log verifies."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tools.postgresql import cluster, one_more_database

HERE = Path(__file__).parent
WRITES, SEED = 200, 20261125


def run(script: str, environment: Mapping[str, str], *arguments: str, told: str = "") -> str:
    done = subprocess.run(
        [sys.executable, str(HERE / script), *arguments],
        env=environment, input=told, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.sqlite),
        pytest.param("postgresql", marks=pytest.mark.postgresql),
    ]
)
def register(request: Any, tmp_path: Path) -> Iterator[dict[str, str]]:
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    environment |= {"AMANA_HOME": str(tmp_path / "home"), "AMANA_KEYS": str(tmp_path / "keys")}
    with ExitStack() as stack:
        if request.param == "postgresql":
            environment["DATABASE_URL"] = database(stack)
        run("prepare_register.py", environment)
        yield environment


def database(stack: ExitStack) -> str:
    """An empty database on the server that ./run test has started, or on one of this test's own."""
    url = os.environ.get("DATABASE_URL") or stack.enter_context(cluster())
    return stack.enter_context(one_more_database(url))


def writer(environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """A process that is about to write; started while the one before still works, to save time."""
    return subprocess.Popen(
        [sys.executable, str(HERE / "scripted_writes.py"), str(WRITES)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def killed_after(process: subprocess.Popen[str], first: int, chance: random.Random) -> list[str]:
    """Have it write from number `first`, kill it at a random moment, and return what was acknowledged."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "ready\n", process.stderr.read()
    process.stdin.write(f"{first}\n")
    process.stdin.flush()
    lines = []
    for _ in range(chance.randint(10, 70)):
        line = process.stdout.readline()
        if not line:
            break
        lines.append(line)
    time.sleep(chance.random() * 0.02)  # in the middle of one, not always at its end
    process.kill()
    rest, _ = process.communicate()
    # A line that the pipe cut short was not acknowledged to anybody.
    return [*lines, *(line for line in rest.splitlines(keepends=True) if line.endswith("\n"))]


def test_kill_9_at_random_points_loses_nothing_acknowledged(register: dict[str, str]) -> None:
    chance = random.Random(SEED)
    acknowledged: list[str] = []
    following = kills = 0
    waiting = writer(register)
    try:
        while following < WRITES:
            process, waiting = waiting, writer(register)
            lines = killed_after(process, following, chance)
            acknowledged += lines
            kills += 1
            following = max([following, *(int(line.split()[0]) + 1 for line in lines)])
    finally:
        waiting.kill()
        waiting.communicate()
    assert kills >= 4
    said = json.loads(run("after_the_kill.py", register, told="".join(acknowledged)))
    assert len({line.split()[0] for line in acknowledged}) == WRITES
    assert said["missing"] == []
    assert (said["rows_without_entry"], said["entries_without_row"]) == (0, 0)
    assert said["verified"], said["findings"]
