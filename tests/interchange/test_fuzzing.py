"""Whatever a file holds, reading it gives a case or problems that can be rendered, and nothing else."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.interchange import read_case, read_cmf, read_genemapper, read_kinship_cases, read_linkage_ped
from amana.problems import InputProblems, render_all
from tests.interchange import familias_files
from tests.interchange.base import GOOD, write
from tests.interchange.test_codis_cmf import MESSAGE

WORDS = """S1 K1 F1 U1 dad mum son missing D3S1358 TH01 VWA AMEL DXS8378 X Y 6 7 9.3 15 17 M F 0 ? - OL *
0.5 1 NaN inf 1e400 none equal stepwise silent n"""
CELLS = st.one_of(
    st.sampled_from(WORDS.split()),
    st.text(max_size=4),
)
HEADERS = {name: text.splitlines()[0] for name, text in GOOD.items()} | {
    "mutation.csv": "marker,model,rate_male,rate_female,range,rate2",
    "eligible.csv": "unit,missing",
}


def _outcome(path: Path, reader=read_case) -> None:
    problems = ()
    try:
        reader(path)
    except InputProblems as error:
        problems = error.problems
    assert not problems or any(not p.warning for p in problems)
    for language in ("en", "ar"):
        assert len(render_all(problems, language).splitlines()) == len(problems)


@settings(max_examples=150)
@given(name=st.sampled_from([*HEADERS, "case.toml", "families.ped"]), content=st.binary(max_size=200))
def test_random_bytes_in_one_file(name, content):
    with tempfile.TemporaryDirectory() as folder:
        _outcome(write(Path(folder), {name: content}))


@settings(max_examples=200)
@given(name=st.sampled_from([*HEADERS]), rows=st.lists(st.lists(CELLS, max_size=7), max_size=6))
def test_random_rows_under_the_right_header(name, rows):
    text = "\n".join([HEADERS[name], *(",".join(row) for row in rows)])
    with tempfile.TemporaryDirectory() as folder:
        _outcome(write(Path(folder), {name: text.encode("utf-8", "replace")}))


@settings(max_examples=100)
@given(name=st.sampled_from(list(GOOD)), place=st.integers(0, 200), junk=st.binary(min_size=1, max_size=3))
def test_a_few_bytes_changed_in_a_good_file(name, place, junk):
    good = GOOD[name].encode()
    at = place % len(good)
    with tempfile.TemporaryDirectory() as folder:
        _outcome(write(Path(folder), {name: good[:at] + junk + good[at + len(junk) :]}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
DOCUMENT = {
    "markers": [
        {
            "name": "L1",
            "chrom": None,
            "alleles": ["1", "2"],
            "freqs": [0.5, 0.5],
            "mutation": {"male": {"model": "equal", "rate": 0.1, "matrix": [[0.9, 0.1], [0.1, 0.9]]}},
        }
    ],
    "pm": {"V1": {"id": "V1", "sex": "M", "genotypes": {"L1": ["1", "2"]}}},
    "am": {
        "F1": [
            {"id": "R1", "father": None, "mother": None, "sex": "F", "genotypes": {"L1": ["1", None]}},
            {"id": "M1", "father": None, "mother": "R1", "sex": "M", "genotypes": {}},
        ]
    },
    "missing": ["M1"],
    "pairings": {"V1": ["*", "M1"]},
}
KINSHIP = {
    "cases": [
        {
            "id": "a",
            "theta": 0,
            "markers": DOCUMENT["markers"],
            "dropout": {"R1": 0.1},
            "hypotheses": {"H1": {"individuals": DOCUMENT["am"]["F1"], "loglik": ["-Inf"]}},
        }
    ]
}


def _paths(value, path=()):
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from _paths(value[key], (*path, key))
    elif isinstance(value, list):
        for place in range(len(value)):
            yield from _paths(value[place], (*path, place))


def _with(value, path, new):
    if not path:
        return new
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = _with(value[path[0]], path[1:], new)
    return changed


@pytest.mark.parametrize(("document", "reader"), [(DOCUMENT, read_case), (KINSHIP, read_kinship_cases)])
def test_the_documents_to_be_spoilt_are_good(document, reader, tmp_path):
    (tmp_path / "x.json").write_text(json.dumps(document))
    reader(tmp_path / "x.json")


@settings(max_examples=150)
@given(path=st.sampled_from(list(_paths(DOCUMENT))), new=JSON)
def test_anything_anywhere_in_a_case_document(path, new):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.json"
        file.write_text(json.dumps(_with(DOCUMENT, path, new)))
        _outcome(file)


@settings(max_examples=150)
@given(path=st.sampled_from(list(_paths(KINSHIP))), new=JSON)
def test_anything_anywhere_in_kinship_cases(path, new):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.json"
        file.write_text(json.dumps(_with(KINSHIP, path, new)))
        _outcome(file, read_kinship_cases)


@settings(max_examples=60)
@given(content=st.binary(max_size=100), packed=st.booleans())
def test_random_bytes_as_json(content, packed):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / ("x.json.gz" if packed else "x.json")
        file.write_bytes((b"\x1f\x8b\x08" if packed else b"") + content)
        _outcome(file)
        _outcome(file, read_kinship_cases)


def test_deep_nesting_and_endless_numbers(tmp_path):
    for place, text in enumerate(("[" * 100_000, "[" + "9" * 10_000 + "]", '{"markers": NaN}')):
        file = tmp_path / f"{place}.json"
        file.write_text(text)
        with pytest.raises(InputProblems):
            read_case(file)


@settings(max_examples=80)
@given(
    rows=st.lists(st.lists(CELLS, max_size=9), max_size=5),
    reader=st.sampled_from([read_genemapper, read_linkage_ped]),
)
def test_random_rows_for_the_laboratory_readers(rows, reader):
    header = (
        "Sample Name\tMarker\tAllele 1\tAllele 2\n"
        if reader is read_genemapper
        else "fid id dad mum sex TH01 VWA\n"
    )
    separator = "\t" if reader is read_genemapper else " "
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.txt"
        file.write_bytes((header + "\n".join(separator.join(r) for r in rows)).encode("utf-8", "replace"))
        _outcome(file, reader)


FAMILIAS_LINES = sorted({*familias_files.KINSHIP, *familias_files.IDENTIFICATION})


@settings(max_examples=120)
@given(
    lines=st.sampled_from([familias_files.KINSHIP, familias_files.IDENTIFICATION]),
    place=st.integers(0, 300),
    new=st.lists(st.one_of(st.sampled_from(FAMILIAS_LINES), st.text(max_size=6)), max_size=2),
)
def test_a_line_changed_in_a_familias_file(lines, place, new):
    at = place % len(lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.fam"
        path.write_bytes("\n".join([*lines[:at], *new, *lines[at + 1 :]]).encode("utf-8", "replace"))
        _outcome(path, read_case)
        _outcome(path, read_kinship_cases)


@settings(max_examples=60)
@given(
    place=st.integers(0, 1000),
    junk=st.binary(min_size=1, max_size=3),
    name=st.sampled_from(["a.fam", "a.xml"]),
)
def test_a_few_bytes_changed_in_files_of_other_programs(place, junk, name):
    good = "\n".join(familias_files.IDENTIFICATION).encode() if name == "a.fam" else MESSAGE.encode()
    at = place % len(good)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(good[:at] + junk + good[at + len(junk) :])
        _outcome(path, read_case if name == "a.fam" else read_cmf)
