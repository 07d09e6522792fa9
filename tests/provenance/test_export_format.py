"""An export is read back as it was written, and every line that is none is named."""

import gzip
import io
import json

import pytest

from amana.problems import InputProblems
from amana.provenance import Header, LoggedEntry, Row, SignedCheckpoint, read_export, write_export
from tests.provenance.both import run_tool
from tests.provenance.build import LOG, ORIGIN, sample

HEADER = Header(ORIGIN, (LOG.verifier,), "2026-11-26T00:00:00.000000Z")


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz"])
def test_an_export_is_read_back_as_it_was_written(name, tmp_path):
    log = sample()
    notes = [SignedCheckpoint(str(note)) for note in log.notes]
    path = tmp_path / name
    with gzip.open(path, "wb") if name.endswith("gz") else path.open("wb") as target:
        write_export(target, HEADER, log.entries, log.rows.values(), notes)
    assert list(read_export(path)) == [HEADER, *log.entries, *log.rows.values(), *notes]
    assert run_tool(path, "--key", LOG.verifier).returncode == 0


def test_what_is_written_is_what_the_format_says():
    out = io.BytesIO()
    entries = [
        LoggedEntry(0, "{…}".encode(), None, None),
        LoggedEntry(1, b"{}", bytes(32), {"a": "ق"}, bytes(32)),
    ]
    write_export(out, HEADER, entries, [Row(("t", "i"), "t/1", {"b": 1.5})], [SignedCheckpoint("n\n")])
    assert [json.loads(line) for line in out.getvalue().decode().splitlines()] == [
        {"t": "header", "v": 1, "origin": ORIGIN, "keys": [str(LOG.verifier)], "made": HEADER.made},
        {"t": "entry", "i": 0, "leaf": "{…}", "salt": None, "values": None},
        {"t": "entry", "i": 1, "leaf": "{}", "salt": "A" * 43, "values": {"a": "ق"}, "hash": "A" * 43},
        {"t": "row", "object": ["t", "i"], "schema": "t/1", "values": {"b": 1.5}},
        {"t": "checkpoint", "note": "n\n"},
    ]


def test_writing_holds_nothing_back():
    out = io.BytesIO()

    def entries():
        for i in range(3):
            assert out.getvalue().count(b"\n") == i + 1
            yield LoggedEntry(i, b"{}", None, None)

    write_export(out, HEADER, entries(), [], [])
    assert out.getvalue().count(b"\n") == 4


H = json.dumps({"t": "header", "v": 1, "origin": "o", "keys": [], "made": "m"})
E = json.dumps({"t": "entry", "i": 0, "leaf": "{}", "salt": None, "values": None})
R = json.dumps({"t": "row", "object": ["a", "b"], "schema": "a/1", "values": {}})
C = json.dumps({"t": "checkpoint", "note": ""})

BAD_LINES = {
    "not JSON": [H, "{"],
    "nothing": [H, ""],
    "a list": [H, "[]"],
    "a number": [H, "5"],
    "null": [H, "null"],
    "deep": [H, "[" * 200_000],
    "deep value": [H, R.replace("{}", '{"a":' + "[" * 200_000 + "]" * 200_000 + "}")],
    "long number": [H, E.replace('"i": 0', '"i": ' + "9" * 9999)],
    "no kind": [H, "{}"],
    "kind null": [H, '{"t": null}'],
    "kind unknown": [H, '{"t": "x"}'],
    "kind a list": [H, '{"t": []}'],
    "key missing": [H, E.replace('"i": 0, ', "")],
    "key more": [H, E.replace('"i": 0', '"i": 0, "j": 0')],
    "key twice": [H, E.replace('"i": 0', '"i": 0, "i": 0')],
    "value key twice": [H, R.replace("{}", '{"a": 1, "a": 2}')],
    "NaN": [H, R.replace("{}", '{"a": NaN}')],
    "index true": [H, E.replace('"i": 0', '"i": true')],
    "index text": [H, E.replace('"i": 0', '"i": "0"')],
    "index float": [H, E.replace('"i": 0', '"i": 0.0')],
    "leaf null": [H, E.replace('"{}"', "null")],
    "leaf surrogate": [H, E.replace('"{}"', '"\\ud800"')],
    "salt short": [H, E.replace('"salt": null', '"salt": "AAAA"')],
    "salt not base64": [H, E.replace('"salt": null', '"salt": "%"')],
    "salt spelled twice": [H, E.replace('"salt": null', f'"salt": "{"A" * 42}B"')],
    "hash bad": [H, E.replace('"i": 0', '"i": 0, "hash": 5')],
    "hash of a row": [H, R.replace('"object"', '"hash": null, "object"')],
    "values list": [H, R.replace("{}", "[]")],
    "object short": [H, R.replace('["a", "b"]', '["a"]')],
    "object number": [H, R.replace('["a", "b"]', '["a", 1]')],
    "object text": [H, R.replace('["a", "b"]', '"ab"')],
    "note null": [H, C.replace('""', "null")],
    "no header": [E],
    "header twice": [H, H],
    "entry after row": [H, R, E],
    "row after checkpoint": [H, C, R],
    "header version": [H.replace('"v": 1', '"v": 2')],
    "header key": [H.replace('"keys": []', '"keys": ["x"]')],
    "header key number": [H.replace('"keys": []', '"keys": [1]')],
    "header key null": [H.replace('"keys": []', '"keys": null')],
    "not UTF-8": [H, "\udcff"],
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_line_is_named_by_both(name, tmp_path):
    path = tmp_path / "x.jsonl"
    lines = BAD_LINES[name]
    path.write_bytes("".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape"))
    with pytest.raises(InputProblems) as raised:
        list(read_export(path))
    assert [(p.code, p.file, p.row) for p in raised.value.problems] == [("log.line", "x.jsonl", len(lines))]
    done = run_tool(path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith(f"Line {len(lines)} of the export cannot be read")


def test_every_bad_line_is_named_at_once(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join([H, "{", E, "[]", R, "x"]))
    seen = []
    with pytest.raises(InputProblems) as raised:
        seen.extend(read_export(path))
    assert [p.row for p in raised.value.problems] == [2, 4, 6]
    assert run_tool(path).stderr.count("cannot be read") == 3


def test_a_file_that_is_empty_missing_or_broken(tmp_path):
    empty, broken, no_gz = tmp_path / "e", tmp_path / "b.gz", tmp_path / "n.gz"
    empty.touch()
    broken.write_bytes(gzip.compress(H.encode() + b"\n" + E.encode() * 1000)[:-20])
    no_gz.write_text(H)
    for path, code in (
        (empty, "log.no-header"),
        (broken, "file.unreadable"),
        (no_gz, "file.unreadable"),
        (tmp_path / "none", "file.unreadable"),
        (tmp_path, "file.unreadable"),
    ):
        with pytest.raises(InputProblems) as raised:
            list(read_export(path))
        assert raised.value.problems[-1].code == code
        done = run_tool(path)
        assert done.returncode == 2
        assert "cannot be read" in done.stderr
        assert "Traceback" not in done.stderr
