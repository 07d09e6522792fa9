"""Every role walks through what it sees, in both languages, at a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from amana.casework.accounts.roles import roles
from tests.browser.visiting import DESK, LANGUAGES, PHONE, Visit, kind_of, worth_opening

pytestmark = pytest.mark.browser

PEOPLE = [*roles(), "geneticist-2"]
SEALED = ("0900 000", "0900000", "SYN-0")
"""How telephones and documents of the demo's relatives begin: nobody reads them without giving a reason."""
ACT = re.compile(
    r"(add|new|change|open|record|report|find|sign|paper|propose|exclude|state|split|lying|withdraw|end|erase)"
)
"""In the names of pages on which something is done; test_pages.py opens them."""
NEEDED = {
    "alerts": "alerts.view", "incidents": "incidents.view", "sites": "sites.view", "field": "recovery.record",
    "units": "recovery.view", "custody": "custody.view", "missing": "missing.view",
    "families": "families.view", "samples": "laboratory.view", "candidates": "identification.view",
    "log": "audit.view", "people": "accounts.manage",
}  # fmt: skip


def hidden_from(role: str, facts: Mapping[str, Any]) -> list[str]:
    """What no page may tell this role, in its text or under it."""
    may = roles()[role].may
    hidden = list(SEALED)
    if "missing.names" not in may:
        hidden += [name for _, *names in facts["missing"] for name in names]
    if "laboratory.genetics" not in may:
        hidden += ["by-marker", "log₁₀ LR"]
        if "laboratory.view" not in may:
            hidden += [m for m in facts["markers"] if len(m) > 5]  # FGA stands by chance in a random token
    if role in ("laboratory_analyst", "sample_collector"):
        hidden += facts["units"]
    if role == "laboratory_analyst":
        hidden += [number for number, *_ in facts["missing"]]
    return hidden


def look_around(visit: Visit, hidden: list[str]) -> tuple[list[str], dict[str, str]]:
    """Open home, the navigation, and then one page of each kind; say what was wrong, and where one was."""
    faults: list[str] = []
    opened: dict[str, str] = {}
    queue = [visit.path]
    while queue:
        link = queue.pop(0)
        kind = kind_of(link)
        if kind in opened or ACT.search(kind):
            continue
        opened[kind] = link
        visit.go(link)
        seen = visit.look()
        faults += seen["faults"]
        told = visit.page.content()
        faults += [f"{link} tells {text}" for text in hidden if text in told]
        visit.page.set_viewport_size(PHONE)
        faults += [f"{link} at 390 px, too wide: {e}" for e in visit.too_wide()]
        visit.page.set_viewport_size(DESK)
        queue += worth_opening(seen["navigation"])
        queue += [f for f in worth_opening(seen["links"]) if "?" not in f]
    return faults, opened


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_role_sees_its_pages_and_nothing_else(person, language, visit, demo):
    one = visit(language)
    one.enter(person)
    role = person.removesuffix("-2")
    faults, opened = look_around(one, hidden_from(role, demo.facts))
    print(len(opened), "pages:", *opened.values())
    assert not faults, "\n".join(faults)
    may = roles()[role].may
    assert {name for name in NEEDED if name in opened} == {n for n, right in NEEDED.items() if right in may}
