from __future__ import annotations

from typing import Any

import pytest

from amana.casework.custody.tests.setting import Setting


@pytest.fixture
def place(person: Any, offices: Any) -> Setting:
    return Setting(person, offices)
