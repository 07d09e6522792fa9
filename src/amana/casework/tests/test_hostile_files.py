"""Files that were made to do harm, at every place where a station takes one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from amana.casework.accounts.models import today
from amana.casework.files.models import StoredFile
from amana.casework.files.services import claims_of, content_of, open_name, shown_picture
from amana.casework.files.tests.made import gps, jpeg
from amana.casework.incidents.tests.field import lifted, opened, site_of
from amana.casework.laboratory.models import Frequencies
from amana.casework.recovery.models import Batch, Photo, Unit
from amana.casework.sites import services as sites
from amana.casework.sites.models import Site, Spot
from amana.casework.tests.undoing import undone
from amana.interchange.workbooks import LARGEST_UNPACKED

pytestmark = pytest.mark.sqlite
ROLES = "recorder+duty_officer+clearance_officer+photographer+laboratory_analyst+custodian"
SCRIPT = b"<script>alert(1)</script>"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
TABLE, SPOTS = b"allele,TH01\n6,0.5\n7,0.5\n", b"label,latitude,longitude\nB1,34.7,36.7\n"
UNITS = b"kind,old_number\nbone,12\n"


def archive(*parts: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts:
            made.writestr(name, content)
    return out.getvalue()


def bomb() -> bytes:
    """A workbook of some kilobytes that unpacks to more than is ever read."""
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return archive(
        ("[Content_Types].xml", types), ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", b" " * (LARGEST_UNPACKED + 1)),
    )  # fmt: skip


HOSTILE = {
    "a workbook that unpacks to much.xlsx": bomb(),
    "an archive that climbs out.xlsx": archive(("../../../evil", b"x"), ("xl/workbook.xml", b"<workbook/>")),
    "half a workbook.xlsx": bomb()[:300],
    "a picture that breaks off in its head.jpg": jpeg()[:60],
    "a drawing with a script.jpg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a drawing with a script.svg": b'<?xml version="1.0"?><svg onload="alert(1)"/>',
    "a page.pdf": b"<!doctype html>" + SCRIPT,
    "a picture and a page.gif": b"GIF89a/*" + SCRIPT + b"*/",
    "a program.jpg": b"MZ\x90\x00" + bytes(400),
    "nothing.jpg": b"",
    "nothing.csv": b"",
    "zeros.pdf": bytes(5000),
}
NAMES = (
    "../../../../evil.jpg",
    "..\\..\\evil.jpg",
    "/etc/evil.jpg",
    "a\x01\x1b[31m\u202egpj.exe.jpg",
    "x" * 900,
)


@dataclass(frozen=True)
class Place:
    """An address that takes a file, the field it comes in, what else is sent, and a file that is taken."""

    url: str
    name: str
    good: tuple[str, bytes]
    said: dict[str, str] = field(default_factory=dict)
    told: tuple[int, ...] = (400,)


@pytest.fixture
def by(person):
    return person(ROLES)


@pytest.fixture
def places(by) -> list[Place]:
    incident = opened(by)
    site = site_of(by, incident)
    (unit,) = lifted(by, incident, site, count=1)
    found = {"organisation": "Demining group", "method": "detector", "reference": "C-1", "done_on": today()}
    clearance = sites.record_clearance(by, site, result=Site.Hazard.CLEARED, **found)
    authorisation = sites.record_authorisation(
        by, site, authority="Prosecutor", reference="77", given_on=today(), scope="surface"
    )
    at_site, api = partial(reverse, args=[site.number]), f"/api/v1/sites/{site.number}"
    papers = {"clearance-paper": clearance, "authorisation-paper": authorisation}
    list_of_units = f"/api/v1/incidents/{incident.number}/lists"
    about, refused, pdf = {"about": "old cards"}, (422,), ("scan.pdf", PDF)
    return [
        *(Place(reverse(n, args=[site.number, p.pk]), "document", pdf) for n, p in papers.items()),
        Place(
            reverse("photos-add", args=[unit.number]), "photos", ("bag.jpg", jpeg()),
            {"kind": "close", "photographer": "A recorder"},
        ),
        Place(at_site("spot-from-photo"), "photo", ("here.jpg", jpeg(exif=gps()))),
        Place(at_site("spots-import"), "file", ("spots.csv", SPOTS)),
        Place(reverse("frequencies-add"), "file", ("t.csv", TABLE), {"name": "T", "source": "invented"}),
        Place(reverse("units-import", args=[incident.number]), "file", ("old.csv", UNITS), about),
        Place(f"{api}/clearances/{clearance.pk}/paper", "file", pdf, told=refused),
        Place(f"{api}/authorisations/{authorisation.pk}/paper", "file", pdf, told=refused),
        Place(f"{api}/spots/import?dry_run=false", "file", ("spots.csv", SPOTS), told=refused),
        Place(list_of_units, "file", ("old.csv", UNITS), about, told=refused),
    ]  # fmt: skip


def kept() -> list[int]:
    return [m._base_manager.count() for m in (StoredFile, Photo, Spot, Unit, Batch, Frequencies)]


def on_the_disk() -> set[Path]:
    found = {p for p in Path(settings.HOME).rglob("*") if p.is_file()}
    return {p for p in found if p.relative_to(settings.HOME).parts[0] in ("files", "uploads")}


def send(client: Any, place: Place, name: str, content: bytes) -> Any:
    file = SimpleUploadedFile("x", content)
    file._name = name  # as no browser would send it
    return client.post(place.url, {**place.said, place.name: file})


def sent(client: Any, places: list[Place]) -> Iterator[tuple[str, int, bool]]:
    """Every hostile file at every place: what it is, how it was answered, whether anything was kept."""
    for place in places:
        for name, content in HOSTILE.items():
            before = kept(), on_the_disk()
            with undone():
                status = send(client, place, name, content).status_code
                changed = (kept(), on_the_disk()) != before
            yield f"{place.url}: {name}", status if status not in place.told else 0, changed


def test_a_file_that_is_none_is_refused_everywhere_and_nothing_is_kept(by, places, sign_in):
    assert [found for found in sent(sign_in(by), places) if found[1:] != (0, False)] == []


def test_a_file_that_is_one_is_taken_everywhere(by, places, sign_in):
    """Else the test above would say nothing: something besides the file could be what is wrong."""
    client = sign_in(by)
    for place in places:
        with undone():
            assert send(client, place, *place.good).status_code in (200, 201, 302), place.url


def test_a_picture_that_is_an_archive_too_is_kept_and_only_the_picture_is_shown(by, places, sign_in):
    both = jpeg() + archive(("page.html", SCRIPT))
    (photos,) = (p for p in places if p.name == "photos")
    client = sign_in(by)
    assert send(client, photos, "both.jpg", both).status_code == 302
    stored = StoredFile.objects.get()
    assert stored.media_type == "image/jpeg"
    assert b"".join(content_of(stored).content()) == both  # evidence, to the byte
    assert b"PK\x03\x04" not in shown_picture(stored)
    tables = [p for p in places if p.name == "file" and "paper" not in p.url]
    assert len(tables) == 5
    for place in tables:
        with undone():
            assert send(client, place, "both.csv", both).status_code in place.told, place.url


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_leads_nowhere(by, places, sign_in, name):
    (photos,) = (p for p in places if p.name == "photos")
    before = on_the_disk()
    assert send(sign_in(by), photos, name, jpeg()).status_code == 302
    stored = StoredFile.objects.get()
    assert claims_of(stored).lat is None
    shown = open_name(by, stored, "to see what it is called")
    assert shown.isprintable()
    assert not set("/\\") & set(shown)
    assert len(shown) <= 200
    assert {p.stem for p in on_the_disk() - before if "files" in p.parts} == {stored.pk.hex}
    assert not list(Path(settings.HOME).parent.rglob("*evil*"))
