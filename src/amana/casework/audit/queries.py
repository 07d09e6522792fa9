"""Reading the log: what was done to one record, and what an auditor may look at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from amana.casework.audit.checkpoints import statement_of
from amana.casework.audit.models import Checkpoint, Entry
from amana.casework.audit.proofs import tree_of
from amana.casework.audit.protection import ProtectedField
from amana.casework.audit.reading import values_of
from amana.casework.audit.words import act, nobody
from amana.casework.audit.writing import REASON
from amana.casework.common.records import Record
from amana.provenance import parse_leaf, verify_inclusion

PER_PAGE = 100

_HIDDEN = {"id", "search", "password", "digest", "code_digest"}
"""Columns that say nothing to a reader, or must not."""
_NEEDS = {
    ("identification.conclusion", "laboratory"): "laboratory.genetics",
    ("laboratory.profile", "calls"): "laboratory.genetics",
    ("laboratory.profile", "sex"): "laboratory.genetics",
    ("laboratory.profile", "markers"): "laboratory.genetics",
}
"""Columns for which more is asked than to see the record."""
_NAMES = {"missing.person": "missing.names"}
"""What is asked to see the sealed history of a kind, where seeing the record is not enough."""


# --- the history of one record --------------------------------------------------------------------


def history_of(record: Record, user: Any, page: int = 1) -> list[dict[str, Any]]:
    """What was done to a record that the reader sees, newest first, for ``components/history.html``.

    At most 100 entries a page, with two queries (and one for each kind of record that a change points to).
    """
    start = (page - 1) * PER_PAGE
    found = Entry.objects.filter(object_type=record.log_name(), object_id=str(record.pk)).order_by("-index")
    rows = list(found[start : start + PER_PAGE + 1])  # one more, to compare the oldest with
    shown = rows[:PER_PAGE]
    who = people({e.actor for e in shown})
    values = _values_shown(record, user, rows)
    changes = _changes(record, user, rows, values)
    may_open = "audit.view" in user.granted
    return [
        {
            "at": entry.at,
            "who": who.get(entry.actor) or nobody(entry.actor),
            "office": "" if entry.office in ("system", "-") else entry.office,
            "act": _act(entry, values[i]),
            "reason": _reason(entry, values[i]),
            "number": entry.index,
            "url": _address(entry.index) if may_open else None,
            "changes": changes[i],
        }
        for i, entry in enumerate(shown)
    ]


def _act(entry: Entry, values: Any) -> str:
    done = act(entry.action)
    if values is None:
        return _("%(act)s (what it said was erased)") % {"act": done}
    return _("%(act)s (sealed)") % {"act": done} if values == "sealed" else done


def _address(index: int) -> str:
    from django.urls import reverse

    return reverse("log-entry", args=[index])


def people(actors: Iterable[str]) -> dict[str, str]:
    """Identifier to name, with one query."""
    from amana.casework.accounts.models import User

    known = [a for a in actors if _is_id(a)]
    return {str(u.pk): str(u) for u in User.objects.filter(pk__in=known)} if known else {}


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _values_shown(record: Record, user: Any, rows: Sequence[Entry]) -> list[Any]:
    """Of each entry what it recorded; ``"sealed"`` where the reader may not see it, None where erased."""
    may = _may_see_sealed(record, user)
    open_rows = [e for e in rows if may or not e.sealed]
    found = dict(zip((e.index for e in open_rows), values_of(open_rows), strict=True))
    return [found.get(e.index, "sealed") for e in rows]


def _may_see_sealed(record: Record, user: Any) -> bool:
    asked = _NAMES.get(record.log_name())
    return asked is None or asked in user.granted


def _reason(entry: Entry, values: Any) -> str | None:
    if isinstance(values, dict):
        return values.get(REASON)
    return None


def _changes(
    record: Record, user: Any, rows: Sequence[Entry], values: Sequence[Any]
) -> list[list[dict[str, Any]]]:
    """For each entry the columns that it changed, compared with the entry before that describes the row."""
    fields = {
        f.attname: f
        for f in record._meta.concrete_fields
        if f.attname not in _HIDDEN
        and f.attname != f"{record.SUBJECT}_id"
        and (asked := _NEEDS.get((record.log_name(), f.attname)), asked is None or asked in user.granted)[1]
    }
    pairs: list[list[tuple[Any, Any, Any]]] = []
    for i, entry in enumerate(rows[:PER_PAGE]):
        before = next((j for j in range(i + 1, len(rows)) if _describes(rows[j], record)), None)
        if not _describes(entry, record) or before is None or values[i] == "sealed":
            pairs.append([])
            continue
        pairs.append(_compared(fields, values[before], values[i]))
    labels = _labels(fields, user, pairs)
    return [[_shown(f, old, new, labels) for f, old, new in changed] for changed in pairs]


def _describes(entry: Entry, record: Record) -> bool:
    schema = json.loads(entry.leaf)["schema"]
    return str(schema).partition("/")[0] == record.log_name()


def _compared(fields: Mapping[str, Any], old: Any, new: Any) -> list[tuple[Any, Any, Any]]:
    if new is None:
        return []  # erased: nobody knows any more what it said
    if not isinstance(old, dict):
        return []
    return [
        (field, old.get(name), new.get(name))
        for name, field in fields.items()
        if (name in old or name in new) and old.get(name) != new.get(name)
    ]


def _labels(fields: Mapping[str, Any], user: Any, pairs: Sequence[Sequence[tuple[Any, Any, Any]]]) -> Any:
    """Names of the records that changed columns point to, as far as the reader may see them."""
    asked: dict[Any, set[Any]] = {}
    for field, old, new in (change for changed in pairs for change in changed):
        if isinstance(field, models.ForeignKey):
            asked.setdefault(field.related_model, set()).update(v for v in (old, new) if v)
    found: dict[tuple[Any, str], str] = {}
    for model, keys in asked.items():
        rows = model._default_manager.all()
        rows = rows.visible_to(user) if hasattr(rows, "visible_to") else rows
        found.update({(model, str(r.pk)): str(r) for r in rows.filter(pk__in=keys)})
    return found


def _shown(field: Any, old: Any, new: Any, labels: Mapping[Any, str]) -> dict[str, Any]:
    kind, show = _kind(field, labels)
    return {
        "field": capfirst(str(field.verbose_name)),
        "kind": kind,
        "before": None if old in (None, "") else show(old),
        "after": None if new in (None, "") else show(new),
    }


def _kind(field: Any, labels: Mapping[Any, str]) -> tuple[str, Any]:
    """How a value of a column is shown: a kind of the tag ``value``, and the value for it."""
    if isinstance(field, ProtectedField):
        return "text", lambda v: _("protected text")
    if isinstance(field, models.ForeignKey):
        return "text", lambda v: labels.get((field.related_model, str(v))) or _("a record you do not see")
    if field.choices:
        return "text", lambda v: str(dict(field.flatchoices).get(v, v))
    if isinstance(field, models.BooleanField):
        return "text", lambda v: _("yes") if v else _("no")
    if isinstance(field, models.DateTimeField):
        return "time", parse_datetime
    if isinstance(field, models.DateField):
        return "date", parse_date
    if isinstance(field, models.JSONField):
        return "lines", lambda v: json.dumps(v, ensure_ascii=False, indent=1)[:2000]
    if isinstance(field, (models.IntegerField, models.FloatField)):
        return "id", str
    return "lines", str


# --- the log as an auditor sees it ----------------------------------------------------------------


def visible_entries(user: Any) -> QuerySet[Entry]:
    """Entries of the reader's office, of offices that share anything with it, and of the program."""
    if not user.is_authenticated or "audit.view" not in user.granted:
        return Entry.objects.none()
    return Entry.objects.filter(office__in=[*offices_seen_in_the_log(user), "system", "-"])


def offices_seen_in_the_log(user: Any) -> list[str]:
    """Codes of these offices."""
    from amana.casework.accounts.models import Office, Sharing

    given = Sharing.objects.filter(
        Q(until=None) | Q(until__gt=timezone.now()), receiver=user.office_id, since__lte=timezone.now()
    )
    seen = Office.objects.filter(Q(pk=user.office_id) | Q(pk__in=given.values("giver_id")))
    return list(seen.order_by("code").values_list("code", flat=True))


def visible_object(user: Any, entry: Entry) -> Record | None:
    """The record that an entry is about, if it has a page and the reader may see it."""
    from amana.casework.common.records import audited_models

    model = audited_models().get(entry.object_type)
    if model is None or not hasattr(model, "get_absolute_url") or not _is_id(entry.object_id):
        return None
    rows = model._default_manager.all()  # type: ignore[attr-defined]
    if not hasattr(rows, "visible_to"):
        return None
    return rows.visible_to(user).filter(pk=entry.object_id).first()  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Inclusion:
    """Whether an entry is in what was signed.

    Attributes
    ----------
    checkpoint
        The newest one; None where there is none yet.
    covered
        Whether it counts this entry.
    proof
        Hashes from the leaf up to the root, as RFC 6962 says; empty where it cannot be made.
    holds
        Whether the proof leads from the entry, as it stands now, to the root that was signed.
    """

    checkpoint: Checkpoint | None
    covered: bool
    proof: tuple[str, ...]
    holds: bool


def inclusion_of(entry: Entry) -> Inclusion:
    """Prove an entry against the newest checkpoint."""
    from amana.provenance import leaf_hash

    checkpoint = Checkpoint.objects.order_by("size", "id").last()
    if checkpoint is None or checkpoint.size <= entry.index:
        return Inclusion(checkpoint, False, (), False)
    statement = statement_of(checkpoint.note)
    tree = tree_of(statement.size, statement.root)
    if tree is None:
        return Inclusion(checkpoint, True, (), False)
    proof = tree.inclusion(entry.index, statement.size)
    hashed = leaf_hash(entry.leaf.encode())
    holds = verify_inclusion(entry.index, statement.size, hashed, proof, statement.root)
    return Inclusion(checkpoint, True, tuple(h.hex() for h in proof), holds)


def leaf_of(entry: Entry) -> Any:
    """What the entry's leaf says."""
    return parse_leaf(entry.leaf.encode())


def reason_of(user: Any, entry: Entry, record: Record | None) -> str | None:
    """The reason given, where the reader may see what the entry is about; empty where there is none.

    None where it is sealed to this reader, or erased.
    """
    if entry.sealed and (record is None or not _may_see_sealed(record, user)):
        return None
    (values,) = values_of([entry])
    return None if values is None else str(values.get(REASON, ""))
