"""Writing all reports of a case into a folder."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from amana.kinship.joint.case import Case
from amana.kinship.joint.result import Identification
from amana.problems import Language
from amana.reporting.annex import laboratory_annex
from amana.reporting.context import Context
from amana.reporting.incident import incident_report
from amana.reporting.typesetting import pdf
from amana.reporting.victim import victim_report

INCIDENT, VICTIMS, ANNEX = "incident.pdf", "victims", "laboratory-annex.pdf"
_LONGEST_NAME = 80


def write_reports(
    case: Case, result: Identification, out: Path, language: Language, *, version: str
) -> list[Path]:
    """Write the report of the case, one of each set of remains, and the laboratory annex.

    Parameters
    ----------
    out
        Folder, made if it is not there: ``incident.pdf``, ``victims/V1.pdf`` …, ``laboratory-annex.pdf``.
    version
        Of the program, as printed in the reports.

    Returns
    -------
    The files written, in that order.  The same input gives the same bytes.
    """
    context = Context(case, result, language, version)
    names = file_names(victim.id for victim in case.victims)
    reports = [(Path(INCIDENT), incident_report(context))]
    conclusions = {c.victim: c for c in result.conclusions}
    for victim in case.victims:
        if victim.id in conclusions:
            path = Path(VICTIMS, f"{names[victim.id]}.pdf")
            reports.append((path, victim_report(context, victim, conclusions[victim.id])))
    reports.append((Path(ANNEX), laboratory_annex(context)))
    written = []
    for path, report in reports:
        target = Path(out) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(pdf(report))
        written.append(target)
    return written


def file_names(identifiers: Iterable[str]) -> dict[str, str]:
    """A file name for each identifier, safe on every system.

    An identifier that is not a safe name, or that another one equals but for case, gets part of its
    digest appended.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for identifier in identifiers:
        name = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", identifier)).strip("._-")[:_LONGEST_NAME]
        if not name or name != identifier or name.casefold() in taken:
            name = f"{name}-{hashlib.sha256(identifier.encode()).hexdigest()[:8]}".lstrip("-")
        taken.add(name.casefold())
        found[identifier] = name
    return found
