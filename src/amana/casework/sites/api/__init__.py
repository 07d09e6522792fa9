"""Sites and what is done at them, for programs."""

from __future__ import annotations

from ninja import Router

from amana.casework.sites.api import findings, hazard, sites, spots, watching

router = Router(tags=["sites"])
for part in (sites, spots, hazard, watching, findings):
    router.add_router("", part.router)
