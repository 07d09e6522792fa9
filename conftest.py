"""What tests/ and validation/ share."""

from pathlib import Path

import pytest
from hypothesis import settings

from amana.cli import machine

# Compiling a kernel takes seconds once, so that time says nothing about an example.
settings.register_profile("amana", deadline=None, print_blob=True)
settings.load_profile("amana")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return Path(__file__).parent


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of outside reference data; a test that asks for it belongs to the group 'outside'."""
    folder = machine.find_reference_data()
    if folder is None:
        pytest.skip(f"no folder {machine.reference_data_folder()} (AMANA_REFERENCE_DATA)")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "reference_data" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.outside)
