"""A demo of its own for the browser tests: made once, served by `amana serve` with its worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Demo:
    """A served demo: where, and what is in it (``make_demo.py`` says which facts)."""

    url: str
    facts: Mapping[str, Any]


def make(home: Path, environment: Mapping[str, str]) -> None:
    """Make the demo's database, and ``facts.json`` beside it."""
    program = [sys.executable, str(Path(__file__).with_name("make_demo.py")), str(home / "facts.json")]
    subprocess.run(program, cwd=ROOT, env=environment, check=True)


@contextmanager
def serving(folder: Path) -> Iterator[Demo]:
    """Make a demo in a folder and serve it on a free port until the block ends."""
    home = folder / "home"
    home.mkdir(parents=True)
    environment = {**os.environ, "AMANA_HOME": str(home), "AMANA_KEYS": str(folder / "keys")}
    environment |= {"AMANA_DEMO": "1", "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    environment.pop("DATABASE_URL", None)
    make(home, environment)
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "amana", "serve", "--port", "0"], cwd=ROOT, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            assert url.startswith("http://localhost:"), (folder / "server.log").read_text()
            yield Demo(url, json.loads((home / "facts.json").read_text(encoding="utf-8")))
        finally:
            server.terminate()
            server.communicate(timeout=30)
