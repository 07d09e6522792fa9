"""What the tests of alerts share: a small gazetteer, invented but for two names that several places bear."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from amana.casework.audit.writing import SYSTEM
from amana.casework.places.services import import_places
from amana.interchange.gazetteer_files import Area, GazetteerPlace

_HOMS, _COAST, _SOUTH = (Area("SY04", "Homs", "حمص"), Area("SY06", "Lattakia", "اللاذقية"),
                         Area("SY12", "Dar'a", "درعا"))  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    """Every test comes from one address."""
    cache.clear()


@pytest.fixture
def gazetteer(db: None) -> None:
    """القبو twice, المسيفرة once."""
    rows = [
        GazetteerPlace("C2680", "community", "Qabu", "القبو", _HOMS, latitude=34.84155, longitude=36.45384),
        GazetteerPlace("C3572", "community", "Qabu", "القبو", _COAST, latitude=35.4, longitude=36.0),
        GazetteerPlace("C6044", "community", "Mseifra", "المسيفرة", _SOUTH, latitude=32.63, longitude=36.34),
    ]
    import_places(SYSTEM, rows, source="invented for tests", sha256="0" * 64)
