"""Families as pages show them: the drawn tree, the same as a table, and what a family still lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.common.faults import language
from amana.casework.families.kin import kin
from amana.casework.families.models import Family, Member
from amana.casework.families.queries import Tree, is_sought, tree_of, with_members
from amana.casework.laboratory.queries import Reference, references_of
from amana.casework.missing.models import MissingPerson
from amana.reporting import draw_pedigree


@dataclass(frozen=True)
class Place:
    """Where somebody stands: the tree, and how far the samples of its relatives have come."""

    tree: Tree
    references: dict[Any, Reference]

    def reference(self, member: Member) -> Reference | None:
        """Of a relative; None for everybody else."""
        return self.references.get(member.relative_id)

    @property
    def usable(self) -> list[Member]:
        """Whose profile can be compared."""
        return [m for m in self.tree.members if self.reference(m) is Reference.USABLE]


def place_in(user: Any, family: Family) -> Place:
    """A family that was read by :func:`~amana.casework.families.queries.with_members`."""
    tree = tree_of(family)
    return Place(tree, references_of(user, (m.relative_id for m in tree.members if m.relative_id)))


def place_of(user: Any, person: MissingPerson) -> Place | None:
    """The family of a missing person; None where there is none, or the reader sees none."""
    found = with_members(Family.objects.visible_to(user).filter(members__missing=person)).first()
    return place_in(user, found) if found is not None else None


def reference_state(reference: Reference | None) -> dict[str, str] | None:
    """For ``components/state.html``."""
    if reference is None:
        return None
    kind, word = {
        Reference.REFUSED: ("closed", _("no consent to the laboratory")),
        Reference.NONE: ("waiting", _("no sample yet")),
        Reference.FAILED: ("attention", _("sample gave no result")),
        Reference.ON_ITS_WAY: ("active", _("sample taken, not typed yet")),
        Reference.TYPED: ("active", _("typed, not signed yet")),
        Reference.USABLE: ("done", _("profile can be compared")),
    }[reference]
    return {"kind": kind, "word": word}


def role_of(member: Member) -> dict[str, str]:
    """Why somebody stands in the tree."""
    if member.missing is not None:
        if member.missing.state == MissingPerson.State.LOCATED_ALIVE:
            return {"kind": "done", "word": _("found alive")}
        if member.missing.state == MissingPerson.State.DUPLICATE:
            return {"kind": "closed", "word": _("recorded twice")}
        return {"kind": "waiting", "word": _("missing")}
    if member.relative is not None:
        return {"kind": "for", "word": _("relative")}
    return {"kind": "unknown", "word": _("connects the others")}


def figure_of(user: Any, place: Place) -> dict[str, Any]:
    """The drawn tree for ``components/figure.html``: numbers, and names of the missing for who may know them.

    Nobody's name who is alive stands in it.
    """
    tree = place.tree
    named = "missing.names" in user.granted
    labels = {}
    for member in tree.members:
        label = kin(member.label.partition("-of-")[0])  # the lines say of whom
        if member.missing is not None:
            name = member.missing.name if named else ""
            label = f"{member.missing.number}\n{name}".strip()
        elif member.relative is not None:
            label = f"{member.relative.number}\n{label}"
        labels[tree.ids[member.pk]] = label
    usable = {tree.ids[m.pk] for m in place.usable}
    svg = draw_pedigree(
        tree.pedigree, typed=usable, missing=tree.sought, labels=labels, language=language(), for_screen=True
    )
    return {
        "id": "tree",
        "title": None,
        "svg": mark_safe(svg),  # drawn by ourselves; every label in it is escaped there
        "alternative": _alternative(place),
        "caption": None,
        "columns": [_("Who"), _("In the family"), _("Sex"), _("Father"), _("Mother"), _("Reference")],
        "rows": [row_of(place, member, labels) for member in by_generation(tree)],
    }


def row_of(place: Place, member: Member, labels: dict[str, str]) -> list[str]:
    """One member in words."""
    tree = place.tree
    state = reference_state(place.reference(member))
    inline = {key: label.replace("\n", " ") for key, label in labels.items()}
    return [
        inline[tree.ids[member.pk]],
        role_of(member)["word"],
        str(member.get_sex_display()) or "–",
        inline.get(tree.ids.get(member.father_id, ""), "–"),
        inline.get(tree.ids.get(member.mother_id, ""), "–"),
        state["word"] if state else "–",
    ]


def by_generation(tree: Tree) -> list[Member]:
    """Parents before their children, otherwise by label: the order in which a family is told."""
    depth: dict[Any, int] = {}
    for _round in tree.members:
        for m in tree.members:
            parents = [p for p in (m.father_id, m.mother_id) if p is not None]
            depth[m.pk] = max((depth.get(p, 0) + 1 for p in parents), default=0)
    return sorted(tree.members, key=lambda m: (depth[m.pk], m.label))


def members_shown(user: Any, place: Place) -> list[dict[str, Any]]:
    """The missing and the relatives, for a list: who, why they stand there, how far their sample has come."""
    sees_missing = "missing.view" in user.granted
    numbers = numbers_of(place.tree)
    shown = []
    for member in by_generation(place.tree):
        person = member.missing or member.relative
        if person is None:
            continue
        visible = member.relative is not None or sees_missing
        shown.append(
            {
                "number": person.number,
                "url": person.get_absolute_url() if visible else None,
                "name": person.name if member.missing and "missing.names" in user.granted else "",
                "label": kin(member.label, numbers) if member.relative else "",
                "sex": member.get_sex_display(),
                "state": reference_state(place.reference(member)) or role_of(member),
            }
        )
    return shown


def connecting(place: Place) -> list[str]:
    """Words for those who only connect the others."""
    numbers = numbers_of(place.tree)
    lone = [m for m in by_generation(place.tree) if m.missing is None and m.relative is None]
    return [kin(m.label, numbers) for m in lone]


def numbers_of(tree: Tree) -> dict[str, str]:
    """Label to number, of those who have one."""
    return {m.label: p.number for m in tree.members if (p := m.missing or m.relative) is not None}


def _alternative(place: Place) -> str:
    people = ngettext(
        "A family tree of %(n)d person.", "A family tree of %(n)d persons.", len(place.tree.members)
    ) % {"n": len(place.tree.members)}
    between = "، " if language() == "ar" else ", "
    return f"{people} " + _("Looked for: %(numbers)s.") % {"numbers": between.join(place.tree.sought)}


def gaps_of(user: Any, person: MissingPerson, place: Place | None) -> list[str]:
    """What a comparison with the person lacks."""
    if not is_sought(person):
        return []
    if place is None:
        return [_("The person stands in no family tree.")]
    own = next(m for m in place.tree.members if m.missing_id == person.pk)
    usable = {m.pk for m in place.usable}
    if not usable:
        waiting = [m for m in place.tree.members if place.reference(m) in _COMING]
        if waiting:
            return [_("No relative's profile can be compared yet; samples are on their way.")]
        return [_("No relative has given a sample that can be compared.")]
    parents = {own.father_id, own.mother_id} - {None}
    children = {m.pk for m in place.tree.members if own.pk in (m.father_id, m.mother_id)}
    gaps = []
    if not usable & parents and not usable & children:
        gaps.append(_("Neither a parent nor a child of the person is typed."))
    if len(usable) == 1:
        gaps.append(_("Only one relative is typed: a second one would make any result much surer."))
    return gaps


_COMING = (Reference.ON_ITS_WAY, Reference.TYPED)


def family_gaps(user: Any, place: Place) -> list[str]:
    """What the whole family lacks."""
    tree = place.tree
    gaps = []
    if not tree.sought:
        gaps.append(_("Nobody in this family is looked for."))
    elif not place.usable:
        gaps.append(_("No relative's profile can be compared: none of the missing has a usable reference."))
    for member in tree.members:
        if member.missing is None or not is_sought(member.missing):
            continue
        for gap in gaps_of(user, member.missing, place) if place.usable else ():
            gaps.append(f"{member.missing.number}: {gap}")
    return gaps
