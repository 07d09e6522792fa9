"""Both verifiers on one export, held to the same answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from amana.provenance import Finding, SignedCheckpoint, VerifierKey, verify_export
from tests.provenance.build import LOG, WITNESS
from tools import verify_log

TOOL = Path(__file__).resolve().parents[2] / "tools" / "verify_log.py"
TRUSTED = (LOG.verifier, WITNESS.verifier)


def run_tool(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The tool as a stranger runs it: no site packages, no environment, no folder of ours on the path."""
    command = [sys.executable, "-I", "-S", "-W", "error", str(TOOL), *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", cwd="/", env={"LC_ALL": "C"}, check=False
    )


def run_inside(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The tool in this process: for the many runs of a test that goes through everything."""
    with (
        patch.object(sys, "argv", ["verify_log.py", *map(str, arguments)]),
        redirect_stdout(StringIO()) as out,
        redirect_stderr(StringIO()) as err,
    ):
        status = verify_log.main()
    return subprocess.CompletedProcess([], status, out.getvalue(), err.getvalue())


def verdicts(
    export: Path,
    trusted: Iterable[VerifierKey] = TRUSTED,
    kept: Iterable[Path] = (),
    isolated: bool = True,
) -> list[tuple[str, dict[str, Any]]]:
    """Codes (without ``log.``) and parameters of all findings, on which both verifiers must agree."""
    notes = [SignedCheckpoint(path.read_text("utf-8")) for path in kept]
    report = verify_export(export, trusted=trusted, checkpoints=notes)
    options: list[object] = ["--json"]
    for key in trusted:
        options += ["--key" if key.algorithm == 1 else "--witness-key", key]
    for path in kept:
        options += ["--checkpoint", path]
    done = (run_tool if isolated else run_inside)(export, *options)
    assert done.stderr == ""
    said = json.loads(done.stdout)
    told = [Finding(f["code"], f["params"], f["warning"]) for f in said["findings"]]
    assert normal(told) == normal(report.findings)
    assert said["verified"] is report.verified
    assert done.returncode == (0 if report.verified else 1)
    account = {line["code"]: line["params"] for line in said["summary"]}
    assert account["say-rows"] == {
        "checked": report.rows_checked,
        "erased": report.rows_erased,
        "withheld": report.rows_withheld,
    }
    assert account["say-log"]["entries"] == report.entries
    assert account["say-log"]["objects"] == report.objects
    assert account["say-log"]["subjects"] == report.subjects_erased
    assert sum(line["code"] in ("say-agrees", "say-disagrees") for line in said["summary"]) == len(
        report.checkpoints
    )
    assert sum(line["code"] == "say-agrees" for line in said["summary"]) == sum(
        c.agrees for c in report.checkpoints
    )
    return [(f.code.removeprefix("log."), dict(f.params)) for f in report.findings]


def normal(findings: Iterable[Finding]) -> list[str]:
    return sorted(json.dumps([f.code, dict(f.params), f.warning], sort_keys=True) for f in findings)
