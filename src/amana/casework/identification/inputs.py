"""Whether what a run was computed from is still what stands in the records.

Compared without opening a genotype: a corrected reading is a new profile, so the identifiers tell.
"""

from __future__ import annotations

from typing import Any

from amana.casework.families.models import Family
from amana.casework.families.queries import tree_of, with_members
from amana.casework.identification.models import Run
from amana.casework.incidents.models import Incident
from amana.casework.laboratory.assembly import tree_digest
from amana.casework.laboratory.queries import usable_profiles
from amana.casework.recovery.models import Unit


def fingerprint(user: Any, incident: Incident) -> dict[str, str]:
    """What a run asked for by this person would use: barcodes and families to what is known of each."""
    trees = [tree_of(f) for f in with_members(Family.objects.visible_to(user)).order_by("number")]
    trees = [tree for tree in trees if tree.sought]
    relatives = [m.relative_id for tree in trees for m in tree.members if m.relative_id is not None]
    usable = usable_profiles(user).exclude(calls="", sealed_calls="").filter(subject__erased_at=None)
    units = Unit.objects.visible_to(user).filter(incident=incident)
    found = {f"family {tree.family.number}": tree_digest(tree) for tree in trees}
    for profiles in (usable.filter(sample__unit__in=units), usable.filter(sample__relative__in=relatives)):
        newest = profiles.order_by("sample__barcode", "signed_at", "pk").values_list("sample__barcode", "pk")
        found.update({f"profile {barcode}": str(pk) for barcode, pk in newest})
    return found


def changes_since(run: Run) -> dict[str, list[str]]:
    """Names of what was ``added``, ``gone`` or ``changed`` since the run; empty where nothing was."""
    if run.state != Run.State.DONE:
        return {}
    before, now = run.fingerprint, fingerprint(run.asked_by, run.incident)
    found = {
        "added": sorted(now.keys() - before.keys()),
        "gone": sorted(before.keys() - now.keys()),
        "changed": sorted(k for k in now.keys() & before.keys() if now[k] != before[k]),
    }
    return {kind: names for kind, names in found.items() if names}
