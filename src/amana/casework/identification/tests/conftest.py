"""The tiny incident for the tests of identification."""

from __future__ import annotations

import pytest

from amana.casework.identification.tests import tiny as tiny_module


@pytest.fixture
def tiny(person):
    """Records, nothing compared yet."""
    return tiny_module.make(person)


@pytest.fixture
def compared(tiny):
    """The same after a first run."""
    tiny.first = tiny.run()
    return tiny
