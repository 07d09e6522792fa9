"""The demo incident in the records."""

from __future__ import annotations

from typing import Any

import pytest

from amana.casework.demo import DemoRecords, load_demo
from amana.simulation import Demo, al_qabou_demo


@pytest.fixture(scope="session")
def simulated() -> Demo:
    """The demo as the simulation makes it."""
    return al_qabou_demo()


@pytest.fixture
def demo(db: None, simulated: Demo) -> DemoRecords:
    """The same, as records."""
    return load_demo(simulated)


MUTATION: dict[str, Any] = {
    "model": "stepwise", "rate_male": 0.001, "rate_female": 0.001, "range": 0.1, "rate2": 1e-6,
}  # fmt: skip
