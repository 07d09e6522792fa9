"""What was done at a site, as sections of its page: each with one sentence, its newest rows and its acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.common.faults import language
from amana.casework.sites import rules
from amana.casework.sites.models import (
    Access,
    Authorisation,
    Clearance,
    Search,
    Site,
    Tampering,
    Waiver,
    Watch,
)
from amana.casework.sites.queries import Parts, hazard
from amana.geography import area

SHOWN = 3


def sections(site: Site, parts: Parts, user: Any) -> list[dict[str, Any]]:
    """Hazard, authorisations, searches, access, watch: in the order of the page."""
    may = _Rights(site, user)
    return [_hazard(site, parts, may), _authority(site, parts, may), _searches(site, parts, may),
            _access(site, parts, may), _watch(site, parts, may)]  # fmt: skip


class _Rights:
    """What the reader may do at the site, and where."""

    def __init__(self, site: Site, user: Any) -> None:
        self.site, self.user = site, user
        self._held: dict[str, bool] = {}

    def __call__(self, permission: str) -> bool:
        if permission not in self._held:
            self._held[permission] = self.user.has_perm(permission, self.site)
        return self._held[permission]

    def acts(self, *asked: tuple[str, Any, str] | tuple[str, Any, str, Any]) -> list[dict[str, Any]]:
        """Links to the acts that the reader may do: (permission, label, address, further part of it)."""
        return [
            {"label": a[1], "url": reverse(a[2], args=[self.site.number, *a[3:]])}
            for a in asked
            if self(a[0])
        ]


def entry(
    title: Any,
    at: datetime | date | None,
    who: Any,
    facts: Sequence[tuple[Any, Any] | tuple[Any, Any, str]] = (),
    *,
    state: dict[str, Any] | None = None,
    acts: Sequence[dict[str, Any]] = (),
    key: Any = None,
) -> dict[str, Any]:
    """One row: facts are (label, value, kind of value); those without a value are left out."""
    return {
        "key": key,
        "title": title,
        "at": at,
        "is_time": isinstance(at, datetime),
        "who": str(who),
        "facts": [
            {"label": f[0], "value": f[1], "kind": f[2] if len(f) > 2 else None}
            for f in facts
            if f[1] not in (None, "")
        ],
        "state": state,
        "acts": list(acts),
    }


def section(
    name: str,
    title: Any,
    lead: str,
    entries: Sequence[dict[str, Any]],
    *,
    acts: Sequence[dict[str, Any]] = (),
    shown: int = SHOWN,
) -> dict[str, Any]:
    """For ``sites/_section.html``."""
    return {
        "id": name, "title": title, "lead": lead, "entries": entries[:shown], "older": entries[shown:],
        "acts": list(acts),
    }  # fmt: skip


def _paper(record: Clearance | Authorisation, label: Any) -> list[dict[str, Any]]:
    if record.document_id is None:
        return []
    url = reverse("site-paper", args=[record.site.number, record.document_id])
    return [{"label": label, "url": url}]


# --- hazard and waiver ----------------------------------------------------------------------------


def _hazard(site: Site, parts: Parts, may: _Rights) -> dict[str, Any]:
    for record in (*parts.clearances, *parts.authorisations):
        record.site = site  # read already
    rows = [_waiver(w, may) for w in parts.waivers if w.holds or w.waits]
    rows += [_clearance(c, may) for c in parts.clearances]
    rows += [_waiver(w, may) for w in parts.waivers if not (w.holds or w.waits)]
    acts = may.acts(
        (rules.CLEAR, _("Record what was found"), "clearance-record"),
        *([(rules.WAIVE, _("Ask for a waiver"), "waiver-ask")] if site.hazard == "restricted" else []),
        *(
            [(rules.RECORD, _("Ask for clearance"), "clearance-request")]
            if site.hazard in ("unknown", "not_clearable")
            else []
        ),
    )
    lead = _("Nothing is recorded yet.") if not parts.clearances else ""
    return section("clearances", _("Clearance and waiver"), lead, rows, acts=acts)


def _clearance(c: Clearance, may: _Rights) -> dict[str, Any]:
    return entry(
        c.get_result_display(), c.at, c.by,
        [
            (_("Examined by"), c.organisation), (_("How"), c.method), (_("Which part"), c.area),
            (_("Examined on"), c.done_on, "date"), (_("Number of the report"), c.reference, "id"),
            (_("What was found, what remains dangerous"), c.note, "lines"),
        ],
        state=hazard_of(c),
        acts=_paper(c, _("The report")) or (
            may.acts((rules.CLEAR, _("Add the report"), "clearance-paper", c.pk)) if c.done_on else []
        ),
        key=c.pk,
    )  # fmt: skip


def hazard_of(c: Clearance) -> dict[str, Any]:
    """The shape of a result."""
    return hazard(Site(hazard=c.result))


def _waiver(w: Waiver, may: _Rights) -> dict[str, Any]:
    if w.holds:
        state = {"kind": "attention", "word": _("in force")}
    elif w.waits:
        state = {"kind": "waiting", "word": _("waits for a second person")}
    else:
        state = {"kind": "closed", "word": _("over")}
    ended = None
    if w.revoked_at is not None and w.revoked_by_id is None:
        ended = _("ended because the hazard was recorded anew")
    elif w.revoked_at is not None:
        ended = w.revoked_why
    acts = []
    if w.waits and w.by_id != may.user.pk:
        acts += may.acts((rules.WAIVE, _("Agree, or refuse"), "waiver-agree", w.pk))
    elif w.waits or w.holds:
        acts += may.acts((rules.WAIVE, _("End the waiver"), "waiver-revoke", w.pk))
    return entry(
        _("Waiver"), w.at, w.by,
        [
            (_("Why the work cannot wait"), w.reason, "lines"),
            (_("What keeps people safe"), w.measures, "lines"),
            (_("Valid until"), w.until, "time"), (_("Second person"), w.agreed_by),
            (_("Agreed at"), w.agreed_at, "time"), (_("Ended at"), w.revoked_at, "time"),
            (_("Ended by"), w.revoked_by), (_("Why it ended"), ended),
        ],
        state=state, acts=acts, key=w.pk,
    )  # fmt: skip


# --- authorisation --------------------------------------------------------------------------------


def _authority(site: Site, parts: Parts, may: _Rights) -> dict[str, Any]:
    standing = [a for a in parts.authorisations if a.holds_on(rules.today())]
    lead = _("Work here is allowed.") if standing else _("No decision that allows work here is in force.")
    acts = may.acts((rules.AUTHORISE, _("Record an authorisation"), "authorisation-add"))
    rows = [_authorisation(a, may) for a in parts.authorisations]
    return section("authorisations", _("Authorisation"), lead, rows, acts=acts)


def _authorisation(a: Authorisation, may: _Rights) -> dict[str, Any]:
    if a.withdrawn_at:
        state = {"kind": "blocked", "word": _("withdrawn")}
    elif a.holds_on(rules.today()):
        state = {"kind": "done", "word": _("in force")}
    else:
        state = {"kind": "closed", "word": _("not in force")}
    acts = _paper(a, _("The decision"))
    if not acts:
        acts = may.acts((rules.AUTHORISE, _("Add the decision"), "authorisation-paper", a.pk))
    if a.withdrawn_at is None:
        acts += may.acts((rules.AUTHORISE, _("Withdraw it"), "authorisation-withdraw", a.pk))
    return entry(
        a.authority, a.given_on, a.by,
        [
            (_("Number"), a.reference, "id"), (_("What is allowed"), a.scope), (_("Until"), a.until, "date"),
            (_("Withdrawn at"), a.withdrawn_at, "time"), (_("Why it was withdrawn"), a.withdrawn_why),
        ],
        state=state, acts=acts, key=a.pk,
    )  # fmt: skip


# --- searches -------------------------------------------------------------------------------------


def _searches(site: Site, parts: Parts, may: _Rights) -> dict[str, Any]:
    lead = _("What was looked for and not found stands beside what was found.")
    if not parts.searches:
        lead = _("No search is recorded. Nobody can say yet where nothing lies.")
    rows = [_search(s) for s in parts.searches]
    acts = may.acts((rules.RECORD, _("Record a search"), "search-record"))
    return section("searches", _("Searched areas"), lead, rows, acts=acts)


def _search(s: Search) -> dict[str, Any]:
    size = ""
    if s.area_m2:
        size = area(s.area_m2, language())
    return entry(
        s.get_method_display(), s.searched_on, s.team,
        [
            (_("Which area"), s.area), (_("Size"), size), (_("Found"), s.found, "lines"),
            (_("Not found"), s.not_found, "lines"), (_("Light, weather, growth"), s.conditions),
        ],
        key=s.pk,
    )  # fmt: skip


# --- access and watch -----------------------------------------------------------------------------


def _access(site: Site, parts: Parts, may: _Rights) -> dict[str, Any]:
    inside = sum(a.people for a in parts.accesses if a.left_at is None)
    lead = _("Nobody is inside, as far as is recorded.")
    if inside:
        words = ngettext("%(n)d person is inside now.", "%(n)d people are inside now.", inside)
        lead = words % {"n": inside}
    rows = [_entry_of(a, may) for a in parts.accesses]
    acts = may.acts((rules.RECORD, _("Somebody goes in"), "access-enter"))
    return section("access", _("Who was inside"), lead, rows, acts=acts)


def _entry_of(a: Access, may: _Rights) -> dict[str, Any]:
    people = ngettext("%(n)d person", "%(n)d people", a.people) % {"n": a.people}
    state = {"kind": "active", "word": _("inside")} if a.left_at is None else None
    acts = may.acts((rules.RECORD, _("They came out"), "access-leave", a.pk)) if a.left_at is None else []
    return entry(
        a.organisation, a.entered_at, people,
        [
            (_("Purpose"), a.purpose), (_("Came out"), a.left_at, "time"),
            (_("Hazard at the time"), hazard(Site(hazard=a.hazard)), "state"),
        ],
        state=state, acts=acts, key=a.pk,
    )  # fmt: skip


def _watch(site: Site, parts: Parts, may: _Rights) -> dict[str, Any]:
    lead = _("It is not visited regularly.")
    if site.watch_every_days:
        words = ngettext("It is visited every day.", "It is visited every %(n)d days.", site.watch_every_days)
        lead = words % {"n": site.watch_every_days}
    open_reports = [t for t in parts.tamperings if t.closed_at is None]
    closed = [t for t in parts.tamperings if t.closed_at is not None]
    rows: list[Any] = [(t.at, _tampering(t, may)) for t in closed]
    rows += [(v.visited_at, _visit(v)) for v in parts.visits]
    rows.sort(key=lambda r: r[0], reverse=True)
    entries = [*(_tampering(t, may) for t in open_reports), *(e for _, e in rows)]
    acts = may.acts(
        (rules.RECORD, _("Record a visit"), "visit-record"),
        (rules.RECORD, _("Set how often"), "watch-set"),
    )
    found = section("watch", _("Visits and disturbances"), lead, entries, acts=acts)
    return found | {"due": site.watch_next, "late": bool(site.watch_next and site.watch_next < rules.today())}


def _visit(v: Watch) -> dict[str, Any]:
    kinds = {Watch.Seen.INTACT: "done", Watch.Seen.DISTURBED: "attention"}
    state = {"kind": kinds.get(Watch.Seen(v.seen), "unknown"), "word": v.get_seen_display()}
    return entry(_("Visit"), v.visited_at, v.by, [(_("Note"), v.note, "lines")], state=state, key=v.pk)


def _tampering(t: Tampering, may: _Rights) -> dict[str, Any]:
    state = {"kind": "done", "word": _("dealt with")}
    if t.closed_at is None:
        word = _("going on now") if t.going_on else _("not dealt with")
        state = {"kind": "attention", "word": word}
    acts = (
        may.acts((rules.CLOSE, _("Say what was done"), "tampering-close", t.pk))
        if t.closed_at is None
        else []
    )
    return entry(
        _("Disturbance: %(kind)s") % {"kind": t.get_kind_display()}, t.at, t.by,
        [
            (_("When"), t.happened_on, "date"), (_("What was seen"), t.words, "lines"),
            (_("Dealt with at"), t.closed_at, "time"), (_("By"), t.closed_by),
            (_("What was done"), t.outcome),
        ],
        state=state, acts=acts, key=t.pk,
    )  # fmt: skip
