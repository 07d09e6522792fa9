"""Everything that the page of one comparison shows, by what its reader may see."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from amana.casework.common.faults import language
from amana.casework.families.models import Family
from amana.casework.families.queries import tree_of, with_members
from amana.casework.identification import outcome, queries, rules, wording
from amana.casework.identification.inputs import changes_since
from amana.casework.identification.models import Candidate, Conclusion, Signature
from amana.casework.identification.services.deciding import in_doubt
from amana.casework.identification.services.signing import PROPOSE, SIGN
from amana.casework.identification.views_links import report_links
from amana.reporting import draw_pedigree, waterfall_svg
from amana.reporting.numbers import power, signed

State = Candidate.State
_CLOSE = 4.0
"""log10 of a ratio against a close relative below which another line of evidence is called for."""


def page_of(user: Any, candidate: Candidate) -> dict[str, Any]:
    """Context of ``identification/candidate.html``."""
    conclusion = candidate.conclusion
    told = wording.Told(conclusion)
    detail = conclusion.detail
    there = queries.signatures(candidate)
    laboratory = queries.laboratory_part(user, conclusion)
    doubt = in_doubt(conclusion)
    changes = changes_since(conclusion.run)
    unit, person = queries.visible_unit(user, candidate), queries.visible_person(user, candidate)
    names = user.has_perm("missing.names", candidate.missing) and person is not None
    return {
        "candidate": candidate,
        "told": told,
        "conclusion": conclusion,
        "level": wording.level_state(conclusion.level, long=True),
        "unit": unit,
        "person": person,
        "person_name": person.name if names and person is not None else None,
        "sides": side_by_side(detail, unit, person, names),
        "others": _others(detail),
        "claims": detail["claims"].get(candidate.missing.number, []),
        "named": bool(detail["missing"]),
        "placed": detail["placed"] if len(detail["missing"]) > 1 else None,
        "weighings": told.weighings(),
        "not_weighed": told.not_weighed(),
        "findings": told.findings([f for f in detail["findings"] if f["code"] not in _SAID]),
        "laboratory": laboratory,
        "laboratory_findings": told.findings(laboratory.get("findings", ())),
        "waterfall": waterfall(laboratory, candidate) if laboratory.get("by_marker") else None,
        "tree": family_tree(user, candidate),
        "lacking": _lacking(told, detail, laboratory),
        "separate": what_would_separate(told, candidate),
        "changes": changes,
        "reopened": _reopened(candidate),
        "signatures": [_signature(s, candidate, user) for s in there],
        "steps": _steps(candidate, there, doubt, bool(changes)),
        "acts": _acts(user, candidate, there, doubt, bool(changes)),
        "reports": report_links(user, conclusion.run, candidate.unit.number),
    }


_SAID = frozenset({"support.order-unknown", "support.one-of-several", "support.what-would-separate"})
"""Findings that a part of the page says already."""


def side_by_side(detail: Mapping[str, Any], unit: Any, person: Any, names: bool) -> list[dict[str, Any]]:
    """What is known of the unit and of the missing person, each with what it rests on."""
    sex = {"M": _("male"), "F": _("female")}
    said, seen = _("as reported"), _("recovery record")
    return [
        _row(
            _("Sex"),
            (sex.get(detail["sex"] or ""), _("amelogenin, DNA")),
            (person.get_sex_display() if person and person.sex else None, said),
        ),
        _row(_("Born"), (None, ""), (person.born if person else None, said)),
        _row(
            _("Where found · last seen"),
            (_found(unit), seen),
            (person.last_seen_place if person and names else None, said),
        ),
        _row(
            _("When found · last seen"),
            (unit.recovered_at if unit else None, seen),
            (person.last_seen if person else None, said),
            unit_kind="date",
        ),
    ]


def _row(
    label: str, unit: tuple[Any, str], person: tuple[Any, str], unit_kind: str = "text"
) -> dict[str, Any]:
    return {
        "label": label,
        "unit": unit[0] or None,
        "unit_kind": unit_kind,
        "unit_basis": unit[1],
        "person": person[0] or None,
        "person_basis": person[1],
    }


def _found(unit: Any) -> str | None:
    if unit is None:
        return None
    place = str(unit.incident)
    if unit.spot:
        place = _("%(site)s, spot %(spot)s") % {"site": unit.spot.site, "spot": unit.spot.label}
    return f"{place} · {unit.get_kind_display()}"


def _others(detail: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for other in detail["others"]:
        lr = outcome.number(other["log10_glr"])
        found.append(
            {
                "missing": other["missing"],
                "family": detail["families"].get(other["missing"], ""),
                "posterior": other["posterior"],
                "ratio": None if lr is None or math.isinf(lr) else lr,
            }
        )
    return found


def waterfall(laboratory: Mapping[str, Any], candidate: Candidate) -> dict[str, Any]:
    """The likelihood ratio by marker, for ``components/figure.html``."""
    values = {m: float(v) for m, v in laboratory["by_marker"].items()}
    total = sum(values.values())
    return {
        "id": "waterfall",
        "title": "",
        "svg": mark_safe(waterfall_svg(values, language(), for_screen=True)),
        "alternative": _("Likelihood ratio by marker: total log₁₀ %(total)s.") % {"total": signed(total)},
        "caption": _(
            "Each bar starts where the one above ends. Given the other identifications of the best "
            "assignment; the joint ratio weighs the whole incident and may differ from this total."
        ),
        "columns": [_("Marker"), _("log₁₀ LR")],
        "rows": [[m, signed(v)] for m, v in values.items()],
    }


def family_tree(user: Any, candidate: Candidate) -> dict[str, Any] | None:
    """The declared family of the missing person, for who may see families."""
    family = (
        with_members(Family.objects.visible_to(user)).filter(members__missing=candidate.missing_id).first()
    )
    if family is None:
        return None
    tree = tree_of(family)
    labels = {tree.ids[m.pk]: m.missing.number if m.missing else m.label for m in tree.members}
    conclusion = candidate.conclusion
    named = conclusion.detail["missing"]
    victims = {}
    supported = conclusion.level in (Conclusion.Level.REACHES, Conclusion.Level.SUPPORTS)
    if supported and len(named) == 1:  # of several nobody knows whose remains these are
        victims = {m: candidate.unit.number for m in named if m in tree.ids.values()}
    svg = draw_pedigree(
        tree.pedigree,
        typed=[p for p in conclusion.detail["typed"] if p in tree.ids.values()],
        missing=tree.sought,
        labels=labels,
        victims=victims,
        language=language(),
        for_screen=True,
    )
    return {
        "family": family,
        "figure": {
            "id": "tree",
            "title": "",
            "svg": mark_safe(svg),
            "alternative": _("Family tree of %(family)s as the family declared it.")
            % {"family": family.number},
            "caption": _("As the family declared it."),
        },
    }


def _lacking(told: wording.Told, detail: Mapping[str, Any], laboratory: Mapping[str, Any]) -> list[str]:
    """What is missing from this comparison, as sentences."""
    found = []
    typed, every = detail["markers"]
    if typed < every:
        found.append(
            _("Markers with a result in the remains: %(typed)s of %(all)s.") % {"typed": typed, "all": every}
        )
    if laboratory.get("without"):
        found.append(_("Without a result: %(markers)s.") % {"markers": ", ".join(laboratory["without"])})
    if detail["references"] == 1:
        found.append(_("Only one relative of this family has given a reference sample."))
    elif detail["references"]:
        found.append(
            _("Relatives of this family with a reference sample: %(count)s.")
            % {"count": detail["references"]}
        )
    if detail["dropout"]:
        found.append(
            _(
                "An allele of these remains may have been lost in typing (probability %(p)s); "
                "that is allowed for."
            )
            % {"p": f"{detail['dropout']:g}"}
        )
    if detail["one_marker"]:
        found.append(told.context.texts.plain("findings.one_marker"))
    return found


def what_would_separate(told: wording.Told, candidate: Candidate) -> list[Any]:
    """What follows from the result alone about telling the best explanations apart."""
    c = told.conclusion
    found: list[Any] = []
    if told.together is not None:
        found.append(told.together)
        said = [
            f for f in candidate.conclusion.detail["findings"] if f["code"] == "support.what-would-separate"
        ]
        if said:
            found += [f["what"] for f in told.findings(said)]
        else:
            found.append(wording.html(told.context.texts.runs("apart.separate")))
    least = c.least_favourable
    if (
        least is not None
        and least.log10_lr is not None
        and least.log10_lr < _CLOSE
        and least.rival != "unrelated"
    ):
        found.append(
            _(
                "Against a relative who is not listed (%(rival)s) the ratio is only %(ratio)s. If such a "
                "relative may be among the dead, another line of evidence must tell the two apart: age, "
                "stature, teeth, belongings, place and time."
            )
            % {"rival": wording.rival(least.rival), "ratio": power(least.log10_lr)}
        )
    if candidate.conclusion.detail["references"] == 1:
        found.append(_("A reference sample of a second close relative of this family would make it firmer."))
    if c.leans_on:
        pairs = ", ".join(f"{v} – {m}" for v, m in c.leans_on)
        found.append(
            _("Other comparisons must stand first, because this one leans on them: %(pairs)s.")
            % {"pairs": pairs}
        )
    if found:
        found.append(_("How much each further sample would add is not computed yet."))
    return found


def _reopened(candidate: Candidate) -> dict[str, Any] | None:
    """Why a later run opened the comparison again."""
    r = candidate.reopened
    if not r:
        return None
    why = {
        "no-longer-supported": _("The new comparison no longer supports this pair."),
        "level": _("What DNA supports has changed its level."),
        "alternatives": _("Who cannot be told apart has changed."),
        "figures": _("The figures have changed."),
    }[r["why"]]
    sides = []
    for name, label in (("before", _("before")), ("after", _("now"))):
        lr = outcome.number(r[name]["log10_glr"])
        sides.append(
            {
                "label": label,
                "level": wording.level_state(r[name]["level"]),
                "ratio": None if lr is None or math.isinf(lr) else lr,
                "posterior": r[name]["posterior"],
            }
        )
    return {"run": r["run"], "why": why, "from": State(r["from"]).label, "sides": sides}


def _signature(s: Signature, candidate: Candidate, user: Any) -> dict[str, Any]:
    current = s.conclusion_id == candidate.conclusion_id and s.withdrawn_at is None
    return {
        "signature": s,
        "post": s.external_post or (str(s.person.office) if s.person_id else ""),
        "current": current,
        "finding": {
            "kind": "done" if s.finding == Signature.Finding.AGREES else "blocked",
            "word": s.get_finding_display(),
        },
        "earlier": s.withdrawn_at is None and not current,
        "may_withdraw": current
        and candidate.state in (*rules.OPEN, State.REVIEWED)
        and user.pk in (s.person_id, s.entered_by_id),
    }


def _steps(candidate: Candidate, there: list[Signature], doubt: bool, changed: bool) -> list[dict[str, Any]]:
    """What must happen before the board, and who must do it."""
    here = [s for s in there if s.conclusion_id == candidate.conclusion_id and s.withdrawn_at is None]
    agree = [s for s in here if s.finding == Signature.Finding.AGREES]
    stopped = len(agree) < len(here)
    if candidate.state == State.EXCLUDED:
        return []
    done, waits = {"kind": "done", "word": _("done")}, {"kind": "waiting", "word": _("waiting")}
    steps = []
    for i, text in enumerate((_("First specialist signs"), _("Second specialist signs, independently"))):
        # A second signature that does not count leaves the step open.
        given = len(agree) > i and (i == 0 or candidate.state in (State.REVIEWED, State.PROPOSED))
        steps.append(
            {
                "text": text,
                "who": agree[i].who if given else _("a specialist of an office that sees this comparison"),
                "state": done if given else waits,
            }
        )
    if stopped:
        steps.append(
            {
                "text": _("A specialist disagrees: that stops the comparison"),
                "who": _("the specialists together; then the signature is withdrawn, or the pair excluded"),
                "state": {"kind": "blocked", "word": _("stopped")},
            }
        )
    steps += [
        {
            "text": _("Reference samples of this comparison checked"),
            "who": _("the laboratory"),
            "state": waits if doubt else done,
        },
        {
            "text": _("Computed from what stands in the records now"),
            "who": _("a geneticist, by a new comparison") if changed else "",
            "state": waits if changed else done,
        },
        {
            "text": _("Put before the board"),
            "who": _("the identification secretary"),
            "state": done if candidate.state == State.PROPOSED else waits,
        },
    ]
    return steps


def _acts(
    user: Any, candidate: Candidate, there: list[Signature], doubt: bool, changed: bool
) -> dict[str, bool]:
    """Which acts the page offers to this person now."""
    here = [s for s in there if s.conclusion_id == candidate.conclusion_id and s.withdrawn_at is None]
    open_to_sign = candidate.state in (*rules.OPEN, State.REVIEWED)
    signs, proposes = user.has_perm(SIGN, candidate), user.has_perm(PROPOSE, candidate)
    return {
        "sign": signs and open_to_sign and all(s.person_id != user.pk for s in here),
        "paper": (signs or proposes) and open_to_sign,
        "propose": proposes and candidate.state == State.REVIEWED and not doubt and not changed,
        "exclude": signs and candidate.state != State.EXCLUDED,
        "open": signs and candidate.state == State.EXCLUDED,
    }
