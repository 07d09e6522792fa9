"""The doctor finds what is there, names what is not, and says how to get it."""

import json
from pathlib import Path

import pytest

from amana.cli import doctor, machine, main
from amana.problems import Language

LOCK = """\
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:00
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:11
tzdata==2026.6 ; sys_platform == 'win32' \\
    --hash=sha256:22
scipy==9.9.9 \\
    --hash=sha256:33
"""


def test_a_lock_file_is_read_for_this_platform() -> None:
    assert doctor.read_lock(LOCK) == {"numpy": {"2.4.6", "2.5.5"}, "scipy": {"9.9.9"}}


def test_a_version_that_is_not_the_locked_one_is_a_fault(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text("scipy==9.9.9 \\\nno-such-package==1.0 \\\n")
    check = doctor.check_packages(lock)
    assert not check.present
    assert "scipy" in str(check.values["names"])
    assert "no-such-package - (1.0)" in str(check.values["names"])


def test_the_packages_here_are_the_locked_ones() -> None:
    assert doctor.check_packages(machine.ROOT / "requirements.txt").present


def test_a_cache_folder_that_cannot_be_made_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "cache"))
    assert not doctor.check_cache().present


def test_something_required_and_missing_is_a_finding_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "cache"))
    assert main(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["complete"] is False
    cache = next(check for check in told["checks"] if check["name"] == "cache")
    assert "NUMBA_CACHE_DIR" in cache["remedy"]


def test_what_only_tests_need_is_no_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")
    monkeypatch.setenv("AMANA_REFERENCE_DATA", "/no/such/folder")
    main(["doctor", "--lang", "en"])
    shown = capsys.readouterr().out
    assert "absent   Chromium" in shown
    assert "apt-get install -y chromium" in shown
    assert "Chromium" not in shown.splitlines()[-1]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_each_check_has_words_in_each_language(language: Language) -> None:
    words = doctor.phrases(language)
    checks = doctor.examine()
    assert {check.name for check in checks} == set(words["check"]) == set(words["remedy"])
    for check in checks:
        assert words["detail"][check.detail].format(**check.values)


def test_both_languages_say_the_same_things() -> None:
    def keys(table: object, above: str = "") -> set[str]:
        if isinstance(table, dict):
            return {key for name, value in table.items() for key in keys(value, f"{above}.{name}")}
        return {above}

    assert keys(doctor.phrases("en")) == keys(doctor.phrases("ar"))


def test_reference_data_is_named_by_the_environment_and_read_from_the_root(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AMANA_REFERENCE_DATA", str(tmp_path))
    assert machine.find_reference_data() == tmp_path
    monkeypatch.setenv("AMANA_REFERENCE_DATA", "docs")
    assert machine.find_reference_data() == machine.ROOT / "docs"
    monkeypatch.delenv("AMANA_REFERENCE_DATA")
    assert machine.reference_data_folder() == (machine.ROOT.parent / "shared" / "data").resolve()
