"""Every kind of page, in both languages, at a desk and on a phone: nothing that keeps somebody out."""

from __future__ import annotations

import pytest

from tests.browser.barriers import barriers
from tests.browser.visiting import DESK, LANGUAGES, PHONE, Visit, kind_of, worth_opening

pytestmark = pytest.mark.browser

READERS = (
    "geneticist", "secretary", "family_liaison", "data_protection_officer", "auditor", "administrator",
    "recorder", "duty_officer", "forensic_physician", "laboratory_analyst", "team_leader", "custodian",
)  # fmt: skip
"""Whoever comes later opens only what nobody before could open."""
OF_EVERYBODY = (
    "/account/",
    "/account/second-factor/",
    "/account/sessions/",
    "/account/tokens/new/",
    "/jobs/",
)
OUTSIDE = ("/sign-in/", "/sign-in/demo/", "/sign-in/code/", "/health/", "/sign-out/")
LEADING = {
    "home", "incidents", "incident", "sites", "site", "units", "unit", "missing", "missing-person",
    "families", "family", "relative", "samples", "sample", "frequencies", "candidates", "candidate",
    "log", "people", "alerts", "alert", "field", "mission", "custody", "item", "transfers", "transfer",
    "stores", "store",
}  # fmt: skip
"""Pages that lead each reader elsewhere."""
FEWEST = 150
"""So many kinds of page there are at least; fewer means that the way to some is lost."""


def examine(visit: Visit, kind: str, pictures) -> tuple[list[str], list[str]]:
    """Faults of the page that is open, at both widths; and where it leads."""
    seen = visit.look()
    faults = list(seen["faults"])
    for width in (DESK, PHONE):
        visit.page.set_viewport_size(width)
        found = barriers(visit.page) + [f"too wide: {e}" for e in visit.too_wide()]
        faults += [f"{visit.path} ({visit.language}, {width['width']}): {f}" for f in found]
        visit.picture(pictures, kind)
    visit.page.set_viewport_size(DESK)
    return faults, [*worth_opening(seen["navigation"]), *worth_opening(seen["links"])]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_kind_of_page_keeps_anybody_out(language, visit, demo, pictures):
    faults: list[str] = []
    done: set[str] = set()
    for path in OUTSIDE:
        one = visit(language)
        one.go(path)
        done.add(kind_of(path))
        faults += examine(one, kind_of(path), pictures)[0]
    for reader in READERS:
        one = visit(language)
        one.enter(reader)
        queue = [one.path]
        if reader == READERS[0]:
            queue = [f"/candidates/{demo.facts['candidates'][0]}/", *queue, *OF_EVERYBODY]
        opened: set[str] = set()
        while queue:
            link = queue.pop(0)
            kind = kind_of(link)
            if "?" in link or kind in opened:
                continue
            opened.add(kind)
            if kind in done and kind not in LEADING:
                continue
            one.go(link)
            if kind in done:
                seen = one.look()
                queue += [*worth_opening(seen["navigation"]), *worth_opening(seen["links"])]
                continue
            done.add(kind)
            found, further = examine(one, kind, pictures)
            faults += found
            queue += further
    print(len(done), "kinds:", *sorted(done))
    assert not faults, "\n".join(faults)
    assert len(done) >= FEWEST
