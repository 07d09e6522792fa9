"""What the browser tests share: one demo and one browser for all of them, a fresh context for each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from amana.cli import machine
from tests.browser.serving import Demo, serving
from tests.browser.visiting import Visit, visiting


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo incident after its comparison.  A test changes only what no other looks at."""
    with serving(tmp_path_factory.mktemp("demo")) as served:
        yield served


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=machine.find_chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield launched
        launched.close()


@pytest.fixture
def visit(chromium: Browser, demo: Demo) -> Iterator[Callable[..., Visit]]:
    """Opens a browser: ``visit("ar", viewport=PHONE)``."""
    with ExitStack() as stack:
        yield lambda *asked, **options: stack.enter_context(visiting(chromium, demo, *asked, **options))


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where pictures of pages are kept (AMANA_SCREENSHOTS), if anywhere."""
    if not os.environ.get("AMANA_SCREENSHOTS"):
        return None
    folder = Path(os.environ["AMANA_SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder
