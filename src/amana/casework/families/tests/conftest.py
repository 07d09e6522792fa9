"""The demo incident in the records."""

from amana.casework.laboratory.tests.conftest import demo, simulated

__all__ = ["demo", "simulated"]
