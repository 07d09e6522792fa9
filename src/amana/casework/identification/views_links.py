"""Links to the reports of a run, by what their reader may take."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.identification.models import Run

LANGUAGES = (("en", "English"), ("ar", "العربية"))


def reports_of(user: Any, run: Run, laboratory: bool) -> list[dict[str, Any]]:
    """Reports that the person may take, by language."""
    if not user.has_perm("reports.download", run):
        return []
    titles = {"incident": _("All remains"), "annex": _("Laboratory annex")}
    found = []
    for language, label in LANGUAGES:
        here = [r for r in run.reports if r["language"] == language]
        found.append(
            {
                "language": language,
                "label": label,
                "whole": [
                    {"url": report_url(run, r), "label": titles[r["kind"]], "sha256": r["sha256"]}
                    for r in here
                    if r["kind"] == "incident" or (laboratory and r["kind"] == "annex")
                ],
                "units": [
                    {"url": report_url(run, r), "label": r["unit"]} for r in here if r["kind"] == "unit"
                ],
            }
        )
    return found


def report_url(run: Run, report: dict[str, Any]) -> str:
    """Where a report is taken."""
    return reverse("run-report", args=[run.number, report["path"].partition("/")[2]])


def report_links(user: Any, run: Run, unit: str) -> list[dict[str, Any]]:
    """Reports about one unit, one for each language."""
    if not user.has_perm("reports.download", run):
        return []
    here = {r["language"]: r for r in run.reports if r["unit"] == unit}
    return [
        {"language": code, "label": label, "url": report_url(run, here[code])}
        for code, label in LANGUAGES
        if code in here
    ]
