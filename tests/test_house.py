"""What holds for the repository as a whole."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from amana.cli.entry import VERBS, main
from amana.cli.machine import ROOT
from tools import licences

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-build.txt")
SCIENCE = tuple(
    folder.name
    for folder in sorted((ROOT / "src" / "amana").iterdir())
    if (folder / "__init__.py").exists() and folder.name not in ("casework", "cli")
)
LONGEST_FILE = 450
ONE_FILE_ON_PURPOSE = {ROOT / "tools" / "verify_log.py"}  # carried to a court on its own
# Written in halves so that this file does not contain what it looks for.
FOREIGN = re.compile(
    "|".join(
        re.escape(a + b)
        for a, b in (
            ("pypi", ".org"),
            ("python", "hosted.org"),
            ("registry.npm", "js.org"),
            ("--index", "-url"),
            ("--extra-index", "-url"),
            ("--find", "-links"),
            ("file:/", "//"),
            ("/work", "/"),
            ("/ro", "ot/"),
            ("/opt/py", "pi"),
            ("/bash", "_jobs"),
            ("C:", "\\Users"),
        )
    )
    + r"|/home/[a-z]"
)


def files_of_the_repository() -> list[Path]:
    """Every file that is or would be committed; without git, every file that is not made by a tool."""
    listed = (
        subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if shutil.which("git") and (ROOT / ".git").exists()
        else None
    )
    if listed and listed.returncode == 0:
        return sorted({ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()})
    made = re.compile(r"^(\..*(cache|venv|hypothesis).*|__pycache__|\.git|build|dist|var|.*\.egg-info)$")
    return sorted(
        Path(folder) / name
        for folder, folders, names in os.walk(ROOT)
        if folders.__setitem__(slice(None), [f for f in folders if not made.match(f)]) is None
        for name in names
    )


def texts() -> Iterator[tuple[Path, str]]:
    for path in files_of_the_repository():
        try:
            yield path, path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # a font or an archive


def imported(path: Path) -> set[str]:
    """Full names of the modules that a file imports anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_files_pin_by_hash_and_name_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    requirements = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert requirements
    for requirement in requirements:
        assert re.match(r"[A-Za-z0-9._-]+==", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_files_hold_what_is_asked_for(lock: str) -> None:
    asked = (ROOT / lock).with_suffix(".in").read_text("utf-8").splitlines()
    names = {re.split(r"[\[<>=!~ ;]", line)[0].lower() for line in asked if line and line[0] not in "#-"}
    locked = {line.split("==")[0] for line in (ROOT / lock).read_text("utf-8").splitlines() if "==" in line}
    assert names <= locked


def test_lock_files_agree_with_each_other() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        pins: dict[str, set[str]] = {}
        for name, version in re.findall(
            r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / lock).read_text("utf-8"), re.M
        ):
            pins.setdefault(name, set()).add(version)
        for name, found in pins.items():
            assert versions.setdefault(name, found) == found, f"{name} in {lock}"


def test_no_machine_path_and_no_registry_address_anywhere() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}" for path, text in texts() for hit in FOREIGN.finditer(text)
    ]
    assert not found


def test_no_source_file_holds_two_ideas() -> None:
    counts = {
        str(path.relative_to(ROOT)): text.count("\n")
        for path, text in texts()
        if (path.suffix == ".py" or path.name == "run")
        and path not in ONE_FILE_ON_PURPOSE
        and path.parent.name != "migrations"  # written by Django
    }
    assert {name: lines for name, lines in counts.items() if lines > LONGEST_FILE} == {}


def test_the_science_wing_is_found() -> None:
    assert {"kinship", "interchange", "problems"} <= set(SCIENCE)


@pytest.mark.parametrize("package", SCIENCE)
def test_the_science_wing_imports_neither_django_nor_casework_nor_the_command_line(package: str) -> None:
    barred = ("django", "ninja", "amana.casework", "amana.cli")
    for path in sorted((ROOT / "src" / "amana" / package).rglob("*.py")):
        wrong = {
            name for name in imported(path) if any(name == b or name.startswith(f"{b}.") for b in barred)
        }
        assert not wrong, path


@pytest.mark.parametrize("package", SCIENCE)
def test_every_package_works_alone(package: str) -> None:
    code = f"import sys, amana.{package}; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([verb, "--help"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: amana {verb}")
    assert "--lang" in shown
    assert "--json" in shown


def test_the_list_of_verbs_costs_no_heavy_import() -> None:
    code = (
        "import sys; from amana.cli.entry import build_parser; "
        "build_parser(['--help'], 'en'); sys.exit('numpy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "shell", [shell for shell in ("sh", "dash", "bash", "busybox") if shutil.which(shell)]
)
def test_run_is_read_by_every_shell_here(shell: str) -> None:
    command = [shell, "sh"] if shell == "busybox" else [shell]
    subprocess.run([*command, "-n", str(ROOT / "run")], check=True)


def test_run_alone_explains_itself_and_installs_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "a folder"
    copy.mkdir()
    shutil.copy(ROOT / "run", copy / "run")
    shown = subprocess.run(
        ["sh", "a folder/run"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "./run demo" in shown.stdout
    assert "./run test" in shown.stdout
    assert os.listdir(copy) == ["run"]


def test_run_says_what_to_type_where_python_is_too_old(tmp_path: Path) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        old = tmp_path / name
        old.write_text("#!/bin/sh\ncase $1 in --version) echo Python 3.9.2 ;; *) exit 1 ;; esac\n")
        old.chmod(0o755)
    copy = tmp_path / "src" / "amana"
    copy.mkdir(parents=True)
    for name in (
        "run",
        "requirements.txt",
        "requirements-build.txt",
        "pyproject.toml",
        "src/amana/__init__.py",
    ):
        shutil.copy(ROOT / name, tmp_path / name)
    ended = subprocess.run(
        ["/bin/sh", str(tmp_path / "run"), "doctor"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "Python 3.9.2" in ended.stderr
    assert "apt-get install -y python3 python3-venv" in ended.stderr
    assert not (tmp_path / ".venv").exists()


def test_continuous_integration_runs_the_same_command() -> None:
    assert (ROOT / ".ci" / "run").read_text("utf-8").rstrip().endswith('./run test "$@"')


def test_every_runtime_dependency_is_in_the_licence_report_and_none_is_copyleft() -> None:
    written = (ROOT / "docs" / "licences.md").read_text("utf-8")
    assert written.startswith(licences.HEADING)
    assert written.endswith(licences.FOOT)
    reported = [line.split(" | ") for line in written.splitlines() if re.match(r"\| [a-z0-9-]+ \| \d", line)]
    pins = licences.locked((ROOT / "requirements.txt").read_text("utf-8"))
    assert [(row[0].strip("| "), row[1].split(" / ")) for row in reported] == list(pins.items())
    for row in licences.rows():
        assert not re.search(r"\bA?GPL|GNU (Affero )?General Public", row.licence), row.name
        # Another Python can have another locked version, whose metadata may be worded otherwise.
        if f"| {row.read_from} |" in written:
            assert f"{row}\n" in written
