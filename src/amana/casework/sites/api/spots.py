"""Spots, one by one, from files and into files."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from amana.casework.common.faults import in_words
from amana.casework.sites import queries, services
from amana.casework.sites.api.common import site_for
from amana.casework.sites.models import Deposition, Spot
from amana.interchange.spot_rows import LARGEST
from amana.problems import InputProblem, InputProblems

router = Router()
MOST = 5000


class SpotIn(Schema):
    """A spot: `position` in any notation, or degrees on WGS 84; the uncertainty in metres."""

    label: str
    position: str = ""
    latitude: float | None = None
    longitude: float | None = None
    uncertainty_m: float | None = None
    measured: Spot.Measured = Spot.Measured.NOT_SAID
    deposition: Deposition | Literal[""] = ""
    note: str = ""


class SpotOut(Schema):
    """A spot.  `written` is the position as somebody wrote it, where it was not given in degrees."""

    id: UUID
    label: str
    latitude: float
    longitude: float
    uncertainty_m: float
    written: str
    measured: str
    deposition: str
    note: str


class SpotChange(Schema):
    """What is corrected, and why; what is left out stays."""

    reason: str
    position: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    uncertainty_m: float | None = None
    measured: Spot.Measured | None = None
    deposition: Deposition | Literal[""] | None = None
    note: str | None = None


class RowOut(Schema):
    """A spot of a file, and its row there."""

    row: int
    label: str
    latitude: float
    longitude: float
    uncertainty_m: float


class ProblemOut(Schema):
    """What stands against a row."""

    row: int | None
    field: str | None
    code: str
    text: str


class PreviewOut(Schema):
    """What a file would add.  With a problem nothing can be saved."""

    spots: list[RowOut]
    problems: list[ProblemOut]
    warnings: list[ProblemOut]


@router.get("/sites/{number}/spots", response=list[SpotOut])
def spots(request: Any, number: str) -> Any:
    """All spots of a site."""
    user, found = site_for(request, number, "sites.view")
    return queries.spots(user, site=found)


@router.post("/sites/{number}/spots", response={201: list[SpotOut]})
def add_spots(request: Any, number: str, given: list[SpotIn]) -> Any:
    """Add spots to a site, all or none."""
    user, found = site_for(request, number, "sites.record")
    if len(given) > MOST:
        params = {"count": len(given), "most": MOST}
        raise InputProblems([InputProblem("spots.too-many", params=params)])
    return Status(201, services.add_spots(user, found, [s.dict() for s in given]))


# Before the address with a key, which would take its last part for one.
@router.post("/sites/{number}/spots/import", response={200: PreviewOut, 201: list[SpotOut]})
def import_spots(request: Any, number: str, file: File[UploadedFile], dry_run: bool = True) -> Any:
    """Spots of a GeoJSON, GPX or CSV file: with `dry_run` what it would add, without it all or none."""
    user, found = site_for(request, number, "sites.record")
    if (file.size or 0) > LARGEST:
        raise InputProblems(
            [InputProblem("file.too-large", field="file", params={"limit": LARGEST // 2**20})]
        )
    data, name = file.read(), file.name or "spots"
    if not dry_run:
        return Status(201, services.import_spots(user, found, data, name))
    preview = services.preview_spots(found, data, name)
    return Status(
        200,
        {
            "spots": [
                {
                    "row": row, "label": s.label, "latitude": s.latitude, "longitude": s.longitude,
                    "uncertainty_m": s.uncertainty_m,
                }
                for row, s in preview.spots
            ],
            "problems": _told(preview.problems),
            "warnings": _told(preview.warnings),
        },
    )  # fmt: skip


@router.patch("/sites/{number}/spots/{key}", response=SpotOut)
def correct_spot(request: Any, number: str, key: UUID, given: SpotChange) -> Any:
    """Correct where a spot is; the old position stays in its history."""
    user, found = site_for(request, number, "sites.record")
    spot = get_object_or_404(Spot.objects.visible_to(user), site=found, pk=key)
    fields = {k: v for k, v in given.dict().items() if v is not None and k != "reason"}
    return services.correct_spot(user, spot, given.reason, **fields)


def _told(problems: list[InputProblem]) -> list[dict[str, Any]]:
    return [{"row": p.row, "field": p.field, "code": p.code, "text": in_words(p)} for p in problems]


@router.get("/sites/{number}/spots/export/{form}")
def export_spots(request: Any, number: str, form: Literal["geojson", "gpx", "csv"]) -> HttpResponse:
    """All spots of a site as a file; that it was taken out is an entry of the log."""
    user, found = site_for(request, number, "sites.view")
    content, media_type = services.export_spots(user, found, queries.spots(user, site=found), form)
    return HttpResponse(content, content_type=media_type)
