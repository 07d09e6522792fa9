"""Make the demo's database and do its comparison, in a process of its own; the facts go to a JSON file.

    AMANA_HOME=… AMANA_DEMO=1 python make_demo.py facts.json

Rivals are weighed for one unit alone, because they take most of the time and its page shows all there is.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main(path: str) -> None:
    from amana.casework.start import migrate_if_new, start

    start()
    migrate_if_new()
    from amana.casework.demo import load_demo
    from amana.casework.identification.demo import ask_demo_run
    from amana.casework.identification.models import Candidate, Run
    from amana.casework.jobs import services as jobs
    from amana.kinship.joint import support
    from amana.simulation import al_qabou_demo

    weigh, weighed = support.weigh, []

    def once(*asked: Any) -> Any:
        weighed.append(asked)
        return weigh(*asked) if len(weighed) == 1 else []

    support.weigh = once  # type: ignore[assignment]
    records = load_demo(al_qabou_demo())
    run = ask_demo_run(records)
    jobs.run(str(run.job_id))
    run.refresh_from_db()
    assert run.state == Run.State.DONE, run.job.problem
    reached = Candidate.objects.filter(conclusion__level="reaches_threshold").select_related("conclusion")
    # The one that was weighed against rivals first: its page says most.
    reached = sorted(reached, key=lambda c: (not c.conclusion.detail["weighings"], c.number))
    facts = {
        "incident": records.incident.number,
        "run": run.number,
        "units": [u.number for u in records.units.values()],
        "missing": [[p.number, p.name_en, p.name_ar] for p in records.missing.values()],
        "relatives": [r.number for r in records.relatives.values()],
        "candidates": [c.number for c in reached],
        "markers": sorted(next(iter(records.frequencies.values())).table),
    }
    Path(path).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
