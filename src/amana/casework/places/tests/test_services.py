from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.accounts.services import COMMAND_LINE
from amana.casework.audit.models import Entry
from amana.casework.audit.words import act, object_kind
from amana.casework.places.models import Place
from amana.casework.places.services import import_places
from amana.interchange import Area, GazetteerPlace

UPPER = Area("X", "Upper", "العليا")
ONE = GazetteerPlace("X1", "community", "One", "واحد", UPPER, latitude=33.5, longitude=36.2)
TWO = GazetteerPlace("X2", "community", "Two", "اثنان")
GIVEN = {"source": "Test", "sha256": "cd" * 32, "file": "t.csv"}


def bring(*places, by=COMMAND_LINE, **given):
    return tuple(import_places(by, places, **{**GIVEN, **given}))


def test_places_are_added_changed_and_left_as_they_were(db):
    assert bring(ONE, TWO) == (2, 0, 0)
    assert bring(ONE, TWO) == (0, 0, 2)
    assert bring(replace(ONE, name_en="First", latitude=33.6)) == (0, 1, 0)
    place = Place.objects.get(pcode="X1")
    assert (place.name_en, place.latitude, place.admin1_ar, place.source) == ("First", 33.6, "العليا", "Test")
    assert Place.objects.count() == 2  # the one that the file lacks stays


def test_a_name_that_a_file_lacks_stays(db):
    bring(ONE)
    bring(replace(ONE, name_ar=""), source="Another")
    place = Place.objects.get()
    assert (place.name_ar, place.source) == ("واحد", "Another")
    assert " واحد " in place.search


def test_the_log_has_one_entry_with_counts_and_digest(db):
    before = Entry.objects.count()
    bring(ONE, TWO)
    (entry,) = Entry.objects.order_by("index")[before:]
    assert (entry.action, entry.object_type) == ("places.gazetteer.imported", "gazetteer")
    assert entry.actor == "command-line"
    values = json.loads(entry.values)
    assert values == {**GIVEN, "added": 2, "changed": 0, "unchanged": 0}
    assert act(entry.action) == "Imported"
    assert object_kind(entry.object_type)


def test_only_an_administrator_may(person, refused):
    assert bring(ONE, by=person("administrator")) == (1, 0, 0)
    with pytest.raises(PermissionDenied):
        bring(TWO, by=person("duty_officer"))
    assert Place.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"pcode": "X-1"}, "gazetteer.bad-pcode"),
        ({"pcode": "X" * 21}, "gazetteer.bad-pcode"),
        ({"pcode": "X2"}, "gazetteer.pcode-twice"),
        ({"kind": "planet"}, "gazetteer.kind"),
        ({"name_en": "", "name_ar": ""}, "gazetteer.no-name"),
        ({"name_en": "n" * 121}, "gazetteer.long-name"),
        ({"latitude": 91.0}, "gazetteer.position"),
        ({"longitude": float("nan")}, "gazetteer.position"),
        ({"longitude": None}, "gazetteer.half-a-point"),
    ],
)
def test_nothing_is_written_where_one_place_is_wrong(db, refused, change, code):
    assert refused(bring, TWO, replace(ONE, **change)) == [code]
    assert not Place.objects.exists()
    assert not Entry.objects.filter(action="places.gazetteer.imported").exists()


def test_a_source_is_needed(db, refused):
    assert refused(bring, ONE, source=" ") == ["places.needs-source"]


def test_an_import_that_fails_leaves_everything_as_it_was(db, monkeypatch):
    bring(ONE)
    monkeypatch.setattr("amana.casework.audit.writing.Log.note", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bring(replace(ONE, name_en="Changed"), TWO)
    assert [p.name_en for p in Place.objects.all()] == ["One"]
