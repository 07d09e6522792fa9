"""How fast the log is: making entries, roots, verifying, beside a bare yardstick of the same run.

    python benchmarks/log.py [--entries 1000000]

The yardstick is a loop of ``hashlib.sha256`` over 100 bytes.  A rate that falls together with it says
something of the machine only.  Every entry is a row of 12 fields, as a recovery unit has.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from amana.provenance import (
    Checkpoint,
    Entry,
    Frontier,
    Header,
    LoggedEntry,
    Row,
    SignedCheckpoint,
    SignerKey,
    digests_of,
    leaf_bytes,
    leaf_hash,
    new_nonce,
    root_of,
    salt_of,
    sign_note,
    verify_export,
    write_export,
)

ROOT = Path(__file__).resolve().parents[1]
ORIGIN = "example.org/benchmark"
KEY = bytes(range(32))
BARS = {"entries made": 1_000_000 / 60, "leaf hashes to a root": 1_000_000 / 2}
"""A million entries in a minute, and their root in two seconds."""


def values(n: int) -> dict[str, object]:
    return {
        "number": f"U-{n:07}",
        "kind": "bone",
        "element": "femur",
        "side": "left",
        "note": "عظمة من الطبقة الثانية، بجانب الجدار",
        "mass_g": n / 8,
        "count": n % 7,
        "sealed": True,
        "closed": None,
        "found": "2026-11-25",
        "spot": n % 100,
        "by": "user-1",
    }


def entries(number: int) -> Iterator[LoggedEntry]:
    for n in range(number):
        shown, nonce = values(n), new_nonce()
        salt = salt_of(KEY, nonce)
        at = (
            f"2026-11-25T{n // 3_600_000 % 24:02}:{n // 60_000 % 60:02}:{n // 1000 % 60:02}.{n % 1000:03}000Z"
        )
        unit, schema = ("recovery.unit", str(n)), "recovery.unit/1"
        digests = digests_of(shown, salt)
        entry = Entry("unit.created", "user-1", "recorder", "office", at, unit, None, schema, nonce, digests)
        yield LoggedEntry(n, leaf := leaf_bytes(entry), salt, shown, leaf_hash(leaf))


def yardstick(number: int) -> float:
    data = bytes(100)
    started = time.perf_counter()
    for _ in range(number):
        hashlib.sha256(data).digest()
    return number / (time.perf_counter() - started)


def measured(number: int, folder: Path) -> Iterator[tuple[str, float]]:
    """What was measured, in things a second."""
    started = time.perf_counter()
    for _ in entries(number):
        pass
    yield "entries made", number / (time.perf_counter() - started)

    hashes = [hashlib.sha256(n.to_bytes(4, "big")).digest() for n in range(number)]
    started = time.perf_counter()
    root_of(hashes)
    yield "leaf hashes to a root", number / (time.perf_counter() - started)
    frontier = Frontier()
    few = hashes[: min(number, 100_000)]
    started = time.perf_counter()
    for one in few:
        frontier.append(one)
    yield "leaf hashes appended one by one", len(few) / (time.perf_counter() - started)
    del hashes, few

    path, key = folder / "log.jsonl", SignerKey.generate(ORIGIN)
    frontier = Frontier()

    def growing() -> Iterator[LoggedEntry]:
        for logged in entries(number):
            frontier.append(leaf_hash(logged.leaf))
            yield logged

    rows = (Row(("recovery.unit", str(n)), "recovery.unit/1", values(n)) for n in range(number))
    notes = (
        SignedCheckpoint(str(sign_note(str(Checkpoint(ORIGIN, frontier.size, frontier.root())), key)))
        for _ in itertools.repeat(None, 1)
    )
    with path.open("wb") as target:
        write_export(target, Header(ORIGIN, (key.verifier,), ""), growing(), rows, notes)

    started = time.perf_counter()
    assert verify_export(path, trusted=[key.verifier]).verified
    yield "entries and rows verified, in Amana", number / (time.perf_counter() - started)
    command = [sys.executable, "-I", "-S", str(ROOT / "tools" / "verify_log.py"), str(path)]
    started = time.perf_counter()
    subprocess.run([*command, "--key", str(key.verifier)], check=True, stdout=subprocess.DEVNULL)
    yield "entries and rows verified, by the tool", number / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=1_000_000, help="how many (1,000,000)")
    number = parser.parse_args().entries
    machine = platform.processor() or platform.machine()
    print(f"{machine}, {os.cpu_count()} cores, Python {platform.python_version()}; {number:,} entries")
    bare = yardstick(1_000_000)
    print(f"{'':40} {'a second':>12} {'s a million':>12} {'of bare':>8}  bar")
    print(f"{'bare SHA-256 of 100 bytes':40} {bare:12,.0f} {1e6 / bare:12.2f} {1:8.2%}")
    with tempfile.TemporaryDirectory() as folder:
        for name, rate in measured(number, Path(folder)):
            line = f"{name:40} {rate:12,.0f} {1e6 / rate:12.2f} {rate / bare:8.2%}"
            if bar := BARS.get(name):
                line += f"  {bar:,.0f}: {'met' if rate >= bar else 'MISSED'}"
            print(line, flush=True)
    for who, what in ((resource.RUSAGE_SELF, "here"), (resource.RUSAGE_CHILDREN, "of the tool")):
        print(f"peak memory {what} {resource.getrusage(who).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
