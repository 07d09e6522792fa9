"""Blocks of numbers for devices that work without a connection."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from amana.casework.accounts.models import Token
from amana.casework.common.api import may
from amana.casework.numbers import services
from amana.casework.numbers.models import Block
from amana.casework.numbers.queries import blocks

router = Router(tags=["numbers"])


class LeaseIn(Schema):
    """How many numbers, for which place, for which device."""

    device: UUID
    place: int
    count: int


class LeaseOut(Schema):
    """A block: the numbers from `first` to `last` under `prefix`."""

    id: UUID
    device: UUID
    prefix: str
    first: int
    last: int
    leased_at: datetime
    returned_at: datetime | None

    @staticmethod
    def resolve_device(block: Block) -> UUID:
        """Its identifier."""
        return block.device_id

    @staticmethod
    def resolve_prefix(block: Block) -> str:
        """Office and place."""
        return block.series.prefix


@router.get("/numbers/leases", response=list[LeaseOut])
def leases(request: Any) -> Any:
    """Blocks of the devices of one's office that were not given back."""
    return blocks(may(request, "recovery.record")).filter(returned_at=None)


@router.post("/numbers/leases", response={201: LeaseOut})
def lease(request: Any, wanted: LeaseIn) -> Any:
    """Set numbers aside for a device of one's office."""
    user = may(request, "recovery.record")
    devices = Token.objects.filter(user__office=user.office_id).select_related("user__office")
    device = get_object_or_404(devices, pk=wanted.device)
    return Status(201, services.lease(user, device, wanted.place, wanted.count))


@router.delete("/numbers/leases/{uuid:key}", response=LeaseOut)
def give_back(request: Any, key: UUID) -> Any:
    """End a lease; what the device gave already can still be reported."""
    user = may(request, "recovery.record")
    return services.give_back(user, get_object_or_404(blocks(user), pk=key))
