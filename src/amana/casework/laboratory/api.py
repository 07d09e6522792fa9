"""Samples, typing results and frequency tables for programs: barcodes, and genotypes for who may see them."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from ninja.pagination import paginate

from amana.casework.accounts.models import Office
from amana.casework.common.api import may
from amana.casework.families.models import Relative
from amana.casework.families.queries import by_number
from amana.casework.laboratory import calls as reading
from amana.casework.laboratory import queries, services
from amana.casework.laboratory.models import Frequencies, Profile, Sample
from amana.casework.laboratory.views import profile_of, sample_of
from amana.casework.recovery.models import Unit
from amana.problems import InputProblem, InputProblems

router = Router(tags=["laboratory"])
Calls = dict[str, list[str | None]]


class ProfileShown(Schema):
    """A typing result; what tells of a genotype is null without the right; ``calls`` also while sealed."""

    id: UUID
    state: str
    kit: str
    made_at: datetime.datetime
    signed_at: datetime.datetime | None
    markers: int | None = None
    dropout: float | None = None
    dropin: float | None = None
    sex: str | None = None
    calls: Calls | None = None
    sealed: bool


class SampleListed(Schema):
    """A sample in a list."""

    barcode: str
    material: str
    state: str
    taken_on: datetime.date | None
    laboratory: str

    @staticmethod
    def resolve_laboratory(sample: Any) -> str:
        """Code of its office."""
        return sample["laboratory"] if isinstance(sample, dict) else sample.office.code  # type: ignore[no-any-return]


class SampleShown(SampleListed):
    """A sample with its typing results; ``unit`` and ``relative`` only for who may see these."""

    unit: str | None
    relative: str | None
    profiles: list[ProfileShown]


class NewSample(Schema):
    """Material of a unit or of a relative; the laboratory is named by its office's code."""

    material: str
    unit: str = ""
    relative: str = ""
    laboratory: str = ""
    taken_on: datetime.date | None = None


class NewProfile(Schema):
    """A typing result: marker to two alleles, null where one was not seen."""

    calls: Calls
    kit: str = ""
    dropout: float = 0.0
    dropin: float = 0.0
    sex: str = ""


class Reason(Schema):
    """Why."""

    reason: str


class TableListed(Schema):
    """A frequency table in a list."""

    id: UUID
    name: str
    source: str
    licence: str
    minimum: float | None
    office: str


class TableShown(TableListed):
    """A frequency table."""

    table: dict[str, dict[str, float]]


@router.get("/samples", response=list[SampleListed], operation_id="list_samples")
@paginate
def list_samples(request: Any, state: str = "") -> Any:
    """Samples that you may see."""
    rows = queries.samples(may(request, "laboratory.view")).order_by("barcode")
    if not state:
        return rows
    return rows.filter(state=state) if state in Sample.State.values else rows.none()


@router.get("/samples/{barcode}", response=SampleShown, operation_id="get_sample")
def get_sample(request: Any, barcode: str) -> Any:
    """One sample with its typing results."""
    user = may(request, "laboratory.view")
    return _shown(user, sample_of(user, barcode))


@router.post("/samples", response={201: SampleListed}, operation_id="add_sample")
def add_sample(request: Any, new: NewSample) -> Any:
    """Put material under a barcode."""
    user = may(request, services.RECORD)
    laboratory = None
    if new.laboratory:
        laboratory = Office.objects.filter(code=new.laboratory, kind=Office.Kind.LABORATORY).first()
        if laboratory is None:
            raise _no_such("laboratory", new.laboratory)
    sample = services.add_sample(
        user,
        laboratory=laboratory,
        material=new.material,
        unit=by_number(user, Unit, "unit", new.unit),
        relative=by_number(user, Relative, "relative", new.relative),
        taken_on=new.taken_on,
    )
    return Status(201, _listed(sample))


@router.post("/samples/{barcode}/receive", response=SampleListed, operation_id="receive_sample")
def receive_sample(request: Any, barcode: str) -> Any:
    """The laboratory has it in hand."""
    user = may(request, services.RECORD)
    services.receive_sample(user, sample_of(user, barcode))
    return _listed(sample_of(user, barcode))


@router.post("/samples/{barcode}/profiles", response={201: ProfileShown}, operation_id="add_profile")
def add_profile(request: Any, barcode: str, new: NewProfile) -> Any:
    """Enter a typing result."""
    user = may(request, services.GENETICS)
    profile = services.add_profile(user, sample_of(user, barcode), **new.dict())
    return Status(201, _profile(user, profile))


@router.post("/samples/{barcode}/profiles/{key}/sign", response=ProfileShown, operation_id="sign_profile")
def sign_profile(request: Any, barcode: str, key: UUID) -> Any:
    """Answer for a typing result."""
    user = may(request, services.GENETICS)
    return _profile(user, services.sign_profile(user, profile_of(user, barcode, key)))


@router.post("/samples/{barcode}/profiles/{key}/open", response=Calls, operation_id="open_profile")
def open_profile(request: Any, barcode: str, key: UUID, said: Reason) -> Any:
    """The genotypes of a living person, for a reason that the log keeps."""
    user = may(request, services.GENETICS)
    profile = profile_of(user, barcode, key)
    return {m: list(c) for m, c in services.open_calls(user, profile, said.reason).items()}


@router.get("/frequencies", response=list[TableListed], operation_id="list_frequencies")
@paginate
def list_frequencies(request: Any) -> Any:
    """Frequency tables that you may see."""
    user = may(request, "laboratory.view")
    rows = Frequencies.objects.visible_to(user).select_related("office").order_by("name", "added_at")
    return [_table(row) for row in rows]


@router.get("/frequencies/{key}", response=TableShown, operation_id="get_frequencies")
def get_frequencies(request: Any, key: UUID) -> Any:
    """One frequency table."""
    user = may(request, "laboratory.view")
    row = get_object_or_404(Frequencies.objects.visible_to(user).select_related("office"), pk=key)
    return {**_table(row), "table": row.table}


def _table(row: Frequencies) -> dict[str, Any]:
    shown = {f: getattr(row, f) for f in ("id", "name", "source", "licence", "minimum")}
    return {**shown, "office": row.office.code}


def _listed(sample: Sample) -> dict[str, Any]:
    shown = {f: getattr(sample, f) for f in ("barcode", "material", "state", "taken_on")}
    return {**shown, "laboratory": sample.office.code}


def _shown(user: Any, sample: Sample) -> dict[str, Any]:
    found = queries.origin(user, sample)
    return {
        **_listed(sample),
        "unit": found.number if isinstance(found, Unit) else None,
        "relative": found.number if isinstance(found, Relative) else None,
        "profiles": [_profile(user, p) for p in queries.profiles_of(user, sample)],
    }


def _profile(user: Any, profile: Profile) -> dict[str, Any]:
    plain = ("id", "state", "kit", "made_at", "signed_at")
    shown = {**{f: getattr(profile, f) for f in plain}, "sealed": profile.subject_id is not None}
    if user.has_perm(services.GENETICS, profile):
        shown |= {f: getattr(profile, f) for f in ("markers", "dropout", "dropin", "sex")}
        if profile.subject_id is None:
            shown["calls"] = {m: list(c) for m, c in reading.parse(profile.calls).items()}
    return shown


def _no_such(field: str, given: str) -> InputProblems:
    return InputProblems([InputProblem("record.no-such-number", field=field, params={"given": given})])
