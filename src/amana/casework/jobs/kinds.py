"""Which kinds of work there are; each station adds its own in its ``work.py``.

@job("identify", title=_("…%(incident)s…"), steps={"compare": _("Comparing …")}, …)
def identify(work: Work) -> None:
    work.progress.step("compare", 3, 40)
    with work.result("identification.run.finished") as log:
        log.save(…)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from amana.problems import InputProblem

if TYPE_CHECKING:
    from amana.casework.jobs.models import Job
    from amana.casework.jobs.services import Work

Words = Any
"""A string, or one that is translated when it is shown."""


def _nothing(*_: Any) -> None:
    """What a kind does where it has nothing to say."""


@dataclass(frozen=True)
class Kind:
    """One kind of work.

    Attributes
    ----------
    title
        With places for what ``Job.title`` holds, such as ``%(incident)s``.
    steps
        Name of a step to a whole phrase; with ``%(done)s`` and ``%(total)s`` where it counts.
    url, result
        Job to the address of what it makes, and the words of the link there.
    sees
        Whether a person may see what the job works on, and so the job.
    failed
        Called once when it is given up, with what was wrong.
    """

    name: str
    run: Callable[[Work], None]
    title: Words
    steps: Mapping[str, Words] = field(default_factory=dict)
    url: Callable[[Job], str | None] = _nothing  # type: ignore[assignment]
    result: Words = ""
    sees: Callable[[Any, Job], bool] = _nothing  # type: ignore[assignment]
    failed: Callable[[Job, list[InputProblem]], None] = _nothing


KINDS: dict[str, Kind] = {}


def job(name: str, **words: Any) -> Callable[[Callable[[Work], None]], Callable[[Work], None]]:
    """Make a function a kind of work, under a name that is for good."""

    def register(run: Callable[[Work], None]) -> Callable[[Work], None]:
        KINDS[name] = Kind(name, run, **words)
        return run

    return register
