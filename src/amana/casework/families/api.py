"""Families for programs: trees by numbers, never a relative's name."""

from __future__ import annotations

from typing import Any

from ninja import Router, Schema
from ninja.pagination import paginate

from amana.casework.common.api import may
from amana.casework.families import showing
from amana.casework.families.models import Family
from amana.casework.families.views import family_of

router = Router(tags=["families"])


class FamilyListed(Schema):
    """A family in a list."""

    number: str
    office: str
    reference: str

    @staticmethod
    def resolve_office(family: Any) -> str:
        """Code of its office."""
        return family["office"] if isinstance(family, dict) else family.office.code  # type: ignore[no-any-return]


class MemberShown(Schema):
    """A place in a tree; ``father`` and ``mother`` are labels of the same family.

    ``reference`` says how far a relative's sample has come: refused, none, failed, on_its_way, typed, usable.
    """

    label: str
    sex: str
    father: str | None
    mother: str | None
    missing: str | None
    relative: str | None
    reference: str | None


class FamilyShown(FamilyListed):
    """A family with its tree."""

    sought: list[str]
    members: list[MemberShown]


@router.get("/families", response=list[FamilyListed], operation_id="list_families")
@paginate
def list_families(request: Any) -> Any:
    """Families that you may see."""
    user = may(request, "families.view")
    return Family.objects.visible_to(user).select_related("office").order_by("number")


@router.get("/families/{number}", response=FamilyShown, operation_id="get_family")
def get_family(request: Any, number: str) -> Any:
    """One family with its tree."""
    user = may(request, "families.view")
    family = family_of(user, number)
    place = showing.place_in(user, family)
    labels = {m.pk: m.label for m in place.tree.members}
    return {
        **_listed(family),
        "sought": list(place.tree.sought),
        "members": [
            {
                "label": m.label,
                "sex": m.sex,
                "father": labels.get(m.father_id),
                "mother": labels.get(m.mother_id),
                "missing": m.missing.number if m.missing else None,
                "relative": m.relative.number if m.relative else None,
                "reference": place.reference(m),
            }
            for m in place.tree.members
        ],
    }


def _listed(family: Family) -> dict[str, str]:
    return {"number": family.number, "office": family.office.code, "reference": family.reference}
