"""The demo incident as it stands after a comparison, for tests that need everything there is."""

from __future__ import annotations

from typing import Any

from amana.casework.demo import DemoRecords, load_demo
from amana.casework.identification import work
from amana.casework.identification.demo import ask_demo_run
from amana.casework.identification.files import Files
from amana.casework.identification.models import Run
from amana.casework.jobs import services as jobs
from amana.kinship.joint import support
from amana.simulation import al_qabou_demo


def identified_demo(monkeypatch: Any, *, reports: bool = False) -> tuple[DemoRecords, Run]:
    """Load the demo and do its run here and now.

    Rivals are left out, because they take most of the time and no right depends on them; so are the reports,
    unless they are asked for.
    """
    monkeypatch.setattr(support, "weigh", lambda *_: [])
    if not reports:
        monkeypatch.setattr(work, "write_files", lambda *_: Files(""))
    loaded = load_demo(al_qabou_demo())
    run = ask_demo_run(loaded)
    jobs.run(str(run.job_id))
    run.refresh_from_db()
    assert run.state == Run.State.DONE, run.job.problem
    return loaded, run
