"""Reports of verifications, kept as files so that they can be found again after the page was left."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from amana.casework.audit.logkeys import replace_text
from amana.casework.audit.verification import verify_database
from amana.provenance import Report

MOST_KEPT = 1000
"""Findings in a file: whoever has more than that has one problem, not a thousand."""


def _path(job: UUID | str) -> Path:
    return Path(settings.HOME) / "verifications" / f"{UUID(str(job))}.json"


def keep(job: UUID | str, report: Report) -> None:
    """Keep the report of a job.  It names objects by their identifiers and no person."""
    path = _path(job)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    findings = sorted(report.findings, key=lambda f: f.warning)
    document = {
        "verified": report.verified,
        "findings": [
            {"code": f.code, "params": _plain(f.params), "warning": f.warning} for f in findings[:MOST_KEPT]
        ],
        "left_out": report.left_out + max(len(findings) - MOST_KEPT, 0),
        "entries": report.entries,
        "rows": report.rows_checked,
        "erased": report.subjects_erased,
        "checkpoints": [
            {"size": c.size, "agrees": c.agrees, "until": c.until, "witnesses": [n for n, _ in c.witnesses]}
            for c in report.checkpoints[-1:]
        ],
    }
    replace_text(path, json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def _plain(params: Any) -> dict[str, Any]:
    return {k: v if isinstance(v, (int, str)) else [str(x) for x in v] for k, v in params.items()}


def kept(job: UUID | str) -> dict[str, Any] | None:
    """The report of a job, or None."""
    path = _path(job)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


class Background(threading.Thread):
    """Verifies in a thread of its own, with its own connection, so that progress can be written meanwhile."""

    def __init__(self) -> None:
        super().__init__(name="verification", daemon=True)
        self.state = ("entries", 0, 0)
        self.report: Report | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        """What the thread does."""
        try:
            self.report = verify_database(tell=self._tell)
        except BaseException as error:  # told in the thread that waits
            self.error = error
        finally:
            connection.close()

    def _tell(self, step: str, done: int, total: int) -> None:
        self.state = (step, done, total)
