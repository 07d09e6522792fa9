"""Missing persons as pages show them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.accounts.roles import roles
from amana.casework.missing.models import MissingPerson
from amana.casework.missing.queries import sees_names

State = MissingPerson.State
_KINDS = {
    State.REPORTED: "waiting",
    State.VERIFIED: "active",
    State.ACTIVE: "active",
    State.LOCATED_ALIVE: "done",
    State.IDENTIFIED: "done",
    State.DUPLICATE: "closed",
}


def state_of_person(person: MissingPerson) -> dict[str, str]:
    """For ``components/state.html``."""
    return {"kind": _KINDS[State(person.state)], "word": str(person.get_state_display())}


def facts(user: Any, person: MissingPerson) -> list[dict[str, Any]]:
    """What is known of the person: names only for who may know them."""
    shown: list[dict[str, Any]] = [{"label": _("Number"), "value": person.number, "kind": "id"}]
    if person.reference:
        shown.append({"label": _("Reference elsewhere"), "value": person.reference, "kind": "id"})
    if sees_names(user):
        for label, field in (
            (_("Name"), "name"),
            (_("Father"), "father"),
            (_("Grandfather"), "grandfather"),
            (_("Mother"), "mother"),
        ):
            arabic, latin = (getattr(person, f"{field}_{script}") for script in ("ar", "en"))
            shown.append({"label": label, "value": " · ".join(filter(None, (arabic, latin)))})
    shown += [
        {"label": _("Sex"), "value": person.get_sex_display()},
        {"label": _("Born"), "value": person.born, "kind": "id" if person.born else "text"},
        {"label": _("Last seen"), "value": person.last_seen, "kind": "id" if person.last_seen else "text"},
        {"label": _("Last seen at"), "value": person.last_seen_place},
        {"label": _("Office"), "value": person.office},
    ]
    if person.duplicate_of is not None:
        shown.append(
            {
                "label": _("Recorded first as"),
                "value": person.duplicate_of.number,
                "kind": "id",
                "url": person.duplicate_of.get_absolute_url(),
            }
        )
    return shown


def steps(user: Any, person: MissingPerson, gaps: list[str]) -> list[dict[str, Any]]:
    """What happens next, and who must do it."""
    interviewer, liaison = roles()["interviewer"].label, roles()["family_liaison"].label
    to_state = reverse("missing-state", args=[person.number])
    may = user.has_perm("missing.record", person)
    waiting = {"kind": "waiting", "word": _("waiting")}

    def step(text: str, who: str, url: str | None = None) -> dict[str, Any]:
        return {"text": text, "who": who, "url": url if may else None, "state": waiting}

    if person.state == State.REPORTED:
        return [
            step(
                _("Check that nobody recorded the person before, and who reported it"), interviewer, to_state
            )
        ]
    if person.state == State.VERIFIED:
        return [
            step(
                _("Begin the search: ask the family about signs, and who can give a sample"),
                interviewer,
                to_state,
            )
        ]
    if person.state == State.ACTIVE and gaps:
        return [
            step(_("Close what is missing below, above all a sample of a parent or a child"), interviewer)
        ]
    if person.state == State.ACTIVE:
        return [
            step(_("Compare with what was found, whenever remains are typed"), roles()["geneticist"].label)
        ]
    if person.state == State.LOCATED_ALIVE:
        return [
            step(_("Tell every office that received this record that the person is alive"), liaison),
            step(_("Ask the person what may be kept about them, and have the rest erased"),
                 roles()["data_protection_officer"].label),
        ]  # fmt: skip
    if person.state == State.IDENTIFIED:
        return [step(_("Tell the family, in person"), liaison)]
    return []
