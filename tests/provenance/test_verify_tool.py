"""The tool as a stranger meets it: alone, in two languages, with hostile input."""

import ast
import copy
import json
import random
import re
import string
import sys

import pytest

from tests.provenance.both import TOOL, run_inside, run_tool
from tests.provenance.build import LOG, WITNESS, parsed, sample, written
from tools import verify_log

SOURCE = TOOL.read_text("utf-8")


@pytest.fixture
def export(tmp_path):
    return written(parsed(sample().lines()), tmp_path / "export.jsonl")


def test_it_needs_the_standard_library_only_and_an_old_python():
    tree = ast.parse(SOURCE, feature_version=(3, 8))
    names = {n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
    newer = {"removeprefix", "removesuffix", "bit_count", "UTC", "StrEnum", "pairwise", "cache"}
    assert not newer & {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.Call) for k in n.keywords if k.arg == "strict"]


def test_every_finding_has_a_sentence_in_both_languages_with_the_same_values():
    used = set(re.findall(r'\.find\(\s*"([a-z-]+)"', SOURCE)) | set(re.findall(r'"(say-[a-z]+)"', SOURCE))
    used |= {"line", "file", "key"}
    assert len(used) > 30
    lines = verify_log.SENTENCES.strip("\n").split("\n")
    english = dict(line.split(": ", 1) for line in lines[::2])
    assert set(english) == used
    for (code, text), arabic in zip(english.items(), lines[1::2], strict=True):
        names = [{name for _, name, _, _ in string.Formatter().parse(t) if name} for t in (text, arabic)]
        assert names[0] == names[1], code
        assert re.search("[\u0621-\u064a]", arabic), code


def test_a_good_export_in_both_languages(export):
    done = run_tool(export, "--key", LOG.verifier, "--witness-key", WITNESS.verifier)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("VERIFIED")
    assert "Erased, not comparable: 1." in done.stdout
    assert "At 9 entries (until 2026-11-25T22:00:08.123456Z) it AGREES" in done.stdout
    assert "witness.example/office (2026-11-18T11:06:49Z)" in done.stdout
    assert "Not independently trusted" not in done.stdout
    done = run_tool(export, "--lang", "ar")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith("تم التحقق")
    assert str(LOG.verifier) in done.stdout


def test_a_finding_names_entry_object_and_field(export):
    records = parsed(export.read_bytes().splitlines())
    records[1]["values"]["note"] = "another"
    written(records, export)
    done = run_tool(export, "--key", LOG.verifier)
    assert done.returncode == 1
    first = done.stdout.splitlines()[0]
    assert first.startswith("FOUND: Entry 0, object recovery.unit 0: the value shown for field note ")
    assert done.stdout.splitlines()[-1] == "NOT VERIFIED. Findings: 1."
    done = run_tool(export, "--lang", "ar")
    assert "القيد \u20680\u2069، الكائن \u2068recovery.unit 0\u2069" in done.stdout


def test_text_from_an_export_cannot_steer_a_terminal(export):
    records = parsed(export.read_bytes().splitlines())
    evil = "\x1b[2JVERIFIED\u202e\u2069{0.__class__}{index}%s\ud800"
    at = next(i for i, r in enumerate(records) if r["t"] == "row")
    records.insert(at, {"t": "row", "object": ["unit", evil], "schema": "x", "values": {evil: 1}})
    export.write_text("".join(json.dumps(r) + "\n" for r in records))
    for language in ("en", "ar"):
        done = run_tool(export, "--lang", language)
        assert done.returncode == 1
        assert not set("\x1b\u202e") & set(done.stdout)
        assert "{0.__class__}{index}%s" in done.stdout
        assert done.stdout.count("\u2068") == done.stdout.count("\u2069")


def test_bad_keys_and_files_on_the_command_line(export, tmp_path):
    for arguments in (
        ("--key", "nonsense"),
        ("--witness-key", ""),
        ("--key", LOG.secret_text),
        ("--checkpoint", tmp_path / "none"),
        ("--lang", "fr"),
    ):
        done = run_tool(export, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr
    assert run_tool().returncode == 2


def test_many_findings_are_counted_and_not_all_printed(tmp_path):
    records = parsed(sample().lines())
    rows = [{"t": "row", "object": ["x", str(n)], "schema": "x/1", "values": {}} for n in range(250)]
    at = next(i for i, r in enumerate(records) if r["t"] == "row")
    done = run_tool(written([*records[:at], *rows, *records[at:]], tmp_path / "x"), "--key", LOG.verifier)
    assert done.stdout.count("FOUND") == 100
    assert "151 more" in done.stdout  # with the note about the witness's key
    assert "NOT VERIFIED. Findings: 250." in done.stdout


def mutated(data: bytes, rng: random.Random) -> bytes:
    """An export with one thing in it spoilt, mostly still JSON."""
    lines = data.splitlines(keepends=True)
    i = rng.randrange(len(lines))
    match rng.randrange(6):
        case 0:
            lines.pop(i)
        case 1:
            lines.insert(rng.randrange(len(lines)), lines[i])
        case 2:
            place = rng.randrange(len(lines[i]))
            lines[i] = lines[i][:place] + bytes([rng.randrange(256)]) + lines[i][place + 1 :]
        case 3:
            lines[i] = lines[i][: rng.randrange(len(lines[i]))] + b"\n"
        case _:
            record = json.loads(lines[i])
            record[rng.choice(sorted(record))] = copy.deepcopy(rng.choice(THINGS))
            lines[i] = json.dumps(record).encode() + b"\n"
    return b"".join(lines)


THINGS = [
    None,
    True,
    0,
    -1,
    10**30,
    1e308,
    "",
    "\ud800",
    "x" * 99,
    [],
    {},
    [[]],
    {"": {}},
    ["a", "b"],
    {"a": "\ud800"},
]


def content(data: bytes) -> list[tuple[str, object]]:
    """What signatures protect: which entries there are, and of which objects there are rows."""
    records = [json.loads(line) for line in data.split(b"\n") if line]
    found: list[tuple[str, object]] = [(r["leaf"], r["i"]) for r in records if r["t"] == "entry"]
    rows = [r for r in records if r["t"] == "row"]
    return found + sorted((" ".join(r["object"]), r["schema"]) for r in rows)


def shown(data: bytes) -> set[str]:
    """Every value that an export shows, except in the row of the erased subject, which cannot be compared."""
    records = [json.loads(line) for line in data.split(b"\n") if line]
    return {
        json.dumps([r["t"], r.get("i", r.get("object")), r["values"]], sort_keys=True)
        for r in records
        if r.get("values") and r.get("object") != ["person", "2"]
    }


def test_nothing_hostile_makes_it_fall_over_or_pass(tmp_path):
    """Spoilt exports: none raises, and none is verified that shows anything but what was signed."""
    rng = random.Random(20261125)
    data = written(parsed(sample().lines()), tmp_path / "x").read_bytes()
    path = tmp_path / "spoilt.jsonl"
    seen = {0: 0, 1: 0, 2: 0}
    for _ in range(300):
        path.write_bytes(mutated(data, rng))
        done = run_inside(path, "--key", LOG.verifier, "--witness-key", WITNESS.verifier)
        seen[done.returncode] += 1
        if done.returncode == 0:
            after = path.read_bytes()
            assert content(after) == content(data)
            assert shown(after) <= shown(data)
    assert min(seen.values()) > 5
