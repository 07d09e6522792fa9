"""``amana import gazetteer``."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from amana.casework.places.models import Place
from amana.cli import import_files, main

from .conftest import COMMUNITIES


@pytest.fixture
def file(db, tmp_path, monkeypatch):
    """Writes a file and gives its path; the database of the test is the one that is opened."""
    monkeypatch.setattr("amana.cli.casework.has_database", lambda: True)

    def write(text, name="adm4.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


@pytest.mark.parametrize(("language", "credit"), [("en", "Credit: UN OCHA."), ("ar", "المصدر: UN OCHA.")])
def test_places_are_brought_in_and_credited(file, capsys, language, credit):
    assert main(["import", "gazetteer", file(COMMUNITIES), "--lang", language]) == 0
    out, err = capsys.readouterr()
    assert credit in out
    assert re.search(r"\b2[0-9]\b|\b3[0-9]\b", out)
    assert "C1466" in err
    assert Place.objects.filter(kind="community").count() == 9


def test_as_json(file, capsys):
    path = file(COMMUNITIES)
    assert main(["import", "gazetteer", path, "--format", "ocha", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["added"], found["changed"], found["source"]) == (found["places"], 0, "UN OCHA")
    assert [w["code"] for w in found["warnings"]] == ["gazetteer.cut-name"]
    assert re.fullmatch("[0-9a-f]{64}", found["sha256"])
    main(["import", "gazetteer", path, "--json"])
    assert json.loads(capsys.readouterr().out)["unchanged"] == found["places"]


def test_a_table_of_ones_own_needs_its_source(file, capsys):
    path = file("pcode,name_en\nX1,A\n", "own.csv")
    assert main(["import", "gazetteer", path]) == 2
    assert "where these places come from" in capsys.readouterr().err
    assert main(["import", "gazetteer", path, "--source", "Our survey"]) == 0
    assert "Our survey" in capsys.readouterr().out
    assert Place.objects.get().source == "Our survey"


def test_geonames(file, capsys):
    record = {"geonameid": 1, "name": "A", "latitude": 33.5, "longitude": 36.2, "alternatenames": ["أ"]}
    assert main(["import", "gazetteer", file(json.dumps([record]), "sy.json")]) == 0
    assert "GeoNames" in capsys.readouterr().out
    assert Place.objects.get().pcode == "GN1"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_is_wrong_is_said_by_row(file, capsys, language):
    path = file("pcode,name_en,lat,lon\nX1,,1,2\nX1,B,99,2\n", "own.csv")
    assert main(["import", "gazetteer", path, "--lang", language]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 3
    assert all("own.csv" in line for line in lines)
    assert not Place.objects.exists()


@pytest.mark.parametrize("text", [b"", b"\0\1", b"PK\x03\x04", b"name\nA\n"])
def test_bad_files_end_with_status_2(file, capsys, text):
    assert main(["import", "gazetteer", file(text), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["problems"]


def test_a_file_that_is_not_there(db, capsys):
    assert main(["import", "gazetteer", "nowhere.csv", "--json"]) == 2
    assert "file.missing" in capsys.readouterr().out


def test_without_a_database_it_is_said(tmp_path, monkeypatch, capsys):
    path = tmp_path / "own.csv"
    path.write_text(COMMUNITIES, encoding="utf-8")
    monkeypatch.setattr("amana.cli.casework.has_database", lambda: False)
    assert main(["import", "gazetteer", str(path), "--json"]) == 2
    assert "database.none" in capsys.readouterr().out


def test_another_format_is_one_line(monkeypatch):
    form = replace(import_files.FORMATS["gazetteer"], summary="the same again")
    monkeypatch.setattr(import_files, "FORMATS", {**import_files.FORMATS, "places": form})
    with pytest.raises(SystemExit) as ended:
        main(["import", "places", "--help"])
    assert ended.value.code == 0
