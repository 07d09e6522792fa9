"""The demo's own run: asked for when the demo is made, done by the worker when it is served."""

from __future__ import annotations

from typing import Any

from amana.casework.identification.models import Run
from amana.casework.identification.services import ask_run


def ask_demo_run(records: Any) -> Run:
    """Ask for the comparison of the demo incident, as the geneticist, under every table that is there.

    Parameters
    ----------
    records
        What :func:`amana.casework.demo.load_demo` made.
    """
    tables = [str(table.pk) for table in records.frequencies.values()]
    return ask_run(records.people["geneticist"], records.incident, {"frequencies": tables})
