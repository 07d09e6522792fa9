"""What the documents say is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from amana.cli import main
from amana.cli.entry import VERBS
from amana.cli.words import words
from amana.interchange import read_case
from amana.kinship.joint import identify, support
from amana.reporting.numbers import power
from amana.simulation import al_qabou_demo, read_truth, write_demo

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md")])
DOCUMENTS += sorted(ROOT.glob("*/*/README.md"))
DOCUMENTS = sorted(set(DOCUMENTS))
DECISIONS = sorted(p for p in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
METHODS = sorted((ROOT / "docs" / "methods").glob("*.md"))
RUN_ONLY = {"test", "amana"}
"""What ./run does itself."""
DEEPER = {"kinship", "simulate", "user", "log", "keys"}
"""Verbs whose options come after a second word."""

PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```.*?^```|^ {4}[^\n]+$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?P<run>\./run(?: amana)?|\bamana) (?P<verb>[a-z]+)(?P<rest>[^`\n]*)")

pytestmark = pytest.mark.documents


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def commands(document: Path) -> list[tuple[str, str, str]]:
    """(``./run`` or ``amana``, verb, the rest of the line) of everything a reader could type."""
    code = CODE.findall(document.read_text(encoding="utf-8"))
    return [(m["run"], m["verb"], m["rest"]) for piece in code for m in COMMAND.finditer(piece)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [x.split("#")[0] for x in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in x]
    assert [x for x in links if x and not (document.parent / x).exists()] == []


def test_commands_are_found_at_all() -> None:
    found = {verb for document in DOCUMENTS for _, verb, _ in commands(document)}
    assert {"demo", "test", "doctor", "identify", "kinship", "simulate"} <= found


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_verb_named_exists(document: Path) -> None:
    for run, verb, _ in commands(document):
        assert verb in VERBS or (run == "./run" and verb in RUN_ONLY), f"{run} {verb}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_option_named_with_a_verb_exists(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _, verb, rest in commands(document):
        options = re.findall(r"(?<!\S)--[a-z][a-z-]*", rest.split("  ")[0])
        if verb not in VERBS or not options:
            continue
        deeper = re.match(r" (check [a-z]+|[a-z]+)\b", rest) if verb in DEEPER else None
        with pytest.raises(SystemExit):
            main([verb, *(deeper[1].split() if deeper else []), "--help"])
        known = set(re.findall(r"--[a-z][a-z-]*", capsys.readouterr().out))
        assert set(options) <= known, f"{verb}{rest}"


def test_the_readme_fits_on_two_screens() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 100


def test_the_lines_of_the_demo_in_the_readme_are_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines() if line.startswith("    AQ-")]
    assert len(shown) >= 3
    # Rivals are what takes long, and no figure in these lines depends on them.
    monkeypatch.setattr(support, "weigh", lambda *_: [])
    write_demo(al_qabou_demo(), tmp_path / "case")
    say, truth = words("en"), read_truth(tmp_path / "case")
    found = {c.victim: c for c in identify(read_case(tmp_path / "case"), best=1).conclusions}
    for victim, level, *cells in shown:
        c = found[victim]
        figures = [power(c.log10_glr), f"{c.posterior:.6f}"] if c.log10_glr is not None else []
        missing = " / ".join(c.missing) or "-"
        assert level == say[f"level.{c.level}"]
        assert cells[:-1] == [missing, *figures, truth[victim] or say["demo.nobody"]]


@pytest.mark.parametrize("document", METHODS, ids=name)
def test_what_the_methods_show_in_python_runs(document: Path) -> None:
    blocks = PYTHON.findall(document.read_text(encoding="utf-8"))
    assert blocks
    known: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, name(document), "exec"), known)


def test_every_decision_is_listed_in_order() -> None:
    text = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\((\d{4}-[^)]+\.md)\)", text) == [p.name for p in DECISIONS]
    assert [p.name[:4] for p in DECISIONS] == [f"{n:04}" for n in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda p: p.stem)
def test_a_decision_has_all_its_parts(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    assert text.startswith(f"# {decision.name[:4]}: ")
    assert "Status: " in text
    assert re.search(r"Date: \d{4}-\d{2}-\d{2}", text)
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert [p.split("\n")[0] for p in parts] == ["Context", "Decision", "Consequence"]
    assert all(p.split("\n", 1)[1].strip() for p in parts)
