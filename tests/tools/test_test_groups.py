"""The runner of test groups cannot be made to say that all is well when it is not."""

import xml.etree.ElementTree as xml
from pathlib import Path

import pytest

from tools import test_groups
from tools.test_groups import Group, Outcome

REPORT = """<testsuites><testsuite>
  <testcase classname="a" name="passes"/>
  <testcase classname="a" name="fails"><failure message="no"/></testcase>
  <testcase classname="a" name="cannot start"><error message="no"/></testcase>
  <testcase classname="a" name="is skipped"><skipped message="no browser"/></testcase>
  <testcase classname="a" name="is expected to fail"><skipped type="pytest.xfail" message="known"/></testcase>
  <testcase classname="a" name="fails to clear up"/>
  <testcase classname="a" name="fails to clear up"><error message="no"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def run_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run one group over a folder with one test file of the given text."""

    def run(text: str | None, *arguments: str, **group: object) -> Outcome:
        monkeypatch.setattr(test_groups, "ROOT", tmp_path)
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        if text is not None:
            (tmp_path / "some").mkdir()
            (tmp_path / "some" / "test_some.py").write_text(text)
        return test_groups.run_group(Group("some", "some tests", paths=("some",), **group), arguments)

    return run


def test_a_report_is_counted() -> None:
    outcome = Outcome(Group("some", ""))
    test_groups.count(xml.fromstring(REPORT), outcome)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 3, 2)
    assert outcome.reasons == ["no browser", "known"]


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("def test_a(): pass", True),
        ("def test_a(): assert 0", False),
        ("import pytest\ndef test_a(): pass\ndef test_b(): pytest.skip('why')", False),
        ("import pytest\ndef test_a(): pass\n@pytest.mark.xfail\ndef test_b(): assert 0", False),
        ("import no_such_module\ndef test_a(): pass", False),
        ("x = 1", False),
        ("import os\ndef test_a(): os._exit(0)", False),
        (None, False),
    ],
)
def test_a_group_is_good_only_if_every_test_ran_and_passed(run_here, text: str | None, good: bool) -> None:
    assert run_here(text).is_good is good


def test_only_an_optional_group_may_be_absent_or_leave_tests_out(run_here) -> None:
    skips = "import pytest\ndef test_a(): pytest.skip('why')"
    assert run_here(skips, optional=lambda: None).is_good
    absent = run_here(None, optional=lambda: "no folder")
    assert absent.is_good
    assert absent.reasons == ["no folder"]
    assert test_groups.GROUPS[-1].optional is not None
    assert [group.name for group in test_groups.GROUPS if group.optional] == ["outside"]


def test_a_failure_of_an_optional_group_is_a_failure(run_here) -> None:
    assert not run_here("def test_a(): assert 0", optional=lambda: None).is_good


def test_the_table_names_what_did_not_run_and_ends_with_the_totals() -> None:
    unit = Outcome(Group("unit", ""), passed=3, skipped=1, reasons=["no browser"])
    outside = Outcome(Group("outside", "", optional=lambda: "no folder"), reasons=["no folder"])
    lines = test_groups.table([unit, outside]).splitlines()
    assert lines[-1] == "3 passed, 0 failed"
    assert any("FAILED" in line and "no browser" in line for line in lines)
    assert any(line.startswith("outside") and "all" in line and "no folder" in line for line in lines)


def test_groups_and_files_are_told_apart(tmp_path: Path) -> None:
    names = [group.name for group in test_groups.GROUPS]
    assert [g.name for g in test_groups.select([])[0]] == names
    assert [g.name for g in test_groups.select(["unit", "lint", "-k", "x"])[0]] == ["unit", "lint"]
    assert test_groups.select(["unit", "-k", "x"])[1] == ["-k", "x"]
    file = tmp_path / "test_x.py"
    file.write_text("")
    groups, rest = test_groups.select([f"{file}::test_a", "-x"])
    assert groups[0].name == "selected"
    assert rest == [f"{file}::test_a", "-x"]
    with pytest.raises(ValueError, match="no-such-group"):
        test_groups.select(["no-such-group"])


def test_every_path_of_a_group_is_in_the_repository() -> None:
    for group in test_groups.GROUPS:
        for path in group.paths:
            assert (test_groups.ROOT / path).is_dir(), path
