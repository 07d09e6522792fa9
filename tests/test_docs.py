"""What the documents say is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from amana.cli.entry import VERBS

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md")])
DECISIONS = sorted(p for p in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))

pytestmark = pytest.mark.documents


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [x.split("#")[0] for x in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in x]
    assert [x for x in links if x and not (document.parent / x).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_verb_named_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = re.findall(r"(?:\./run amana|^\$? ?amana|`amana) ([a-z]+)", text, flags=re.MULTILINE)
    assert set(named) - set(VERBS) == set()


def test_the_readme_fits_on_two_screens() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 100


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda p: p.stem)
def test_a_decision_has_all_its_parts(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    assert "Status: " in text
    assert re.search(r"Date: \d{4}-\d{2}-\d{2}", text)
    assert all(f"## {part}\n" in text for part in ("Context", "Decision", "Consequence"))
    assert decision.name in (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
