"""Opening a protected text, for a reason, on record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from amana.casework.audit.forms import ReasonForm
from amana.casework.audit.models import Entry
from amana.casework.audit.protection import ProtectedField, open_text
from amana.casework.common.access import needs
from amana.casework.common.faults import in_words
from amana.casework.common.records import Record, audited_models
from amana.problems import InputProblems


def protected_context(record: Record, field: str, user: Any) -> dict[str, Any]:
    """For ``components/protected.html``: a closed text of a record, with the address that opens it."""
    column: Any = record._meta.get_field(field)
    return {
        "id": f"protected-{field}",
        "title": capfirst(str(column.verbose_name)),
        "url": reverse("open-protected", args=[record.log_name(), record.pk, field]),
        "opened": False,
        "may_open": user.has_perm(f"protected.{column.protected_kind}", record),
        "error": None,
        "reason": "",
    }


@needs(None)
@sensitive_post_parameters("reason")
@sensitive_variables("text", "protected")
def open_protected(request: Any, object_type: str, object_id: UUID, field: str) -> HttpResponse:
    """Ask for the reason, then show the text once, on a page that no cache keeps."""
    record = _record(request.user, object_type, object_id, field)
    protected = protected_context(record, field, request.user)
    if not protected["may_open"]:
        raise Http404  # who may not open it learns nothing of whether there is a text
    status = 200
    if request.method == "POST":
        form = ReasonForm(request.POST)
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        try:
            text = open_text(request.user, record, field, reason)
        except InputProblems as found:
            protected |= {
                "error": in_words(found.problems[0]),
                "reason": request.POST.get("reason", "")[:300],
            }
            status = 422
        else:
            written = Entry.objects.filter(
                action="protected.opened", actor=str(request.user.pk), object_id=str(record.pk)
            ).latest("index")
            protected |= {"opened": True, "text": text, "opened_at": written.at, "entry": written.index}
    back = record.get_absolute_url() if hasattr(record, "get_absolute_url") else None
    part = "components/protected.html" if getattr(request, "htmx", False) else "audit/protected.html"
    response = render(request, part, {"protected": protected, "record": record, "back": back}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _record(user: Any, object_type: str, object_id: UUID, field: str) -> Record:
    model = audited_models().get(object_type)
    rows = model._default_manager.all() if model is not None else None  # type: ignore[attr-defined]
    if model is None or not hasattr(rows, "visible_to"):
        raise Http404
    names = {f.attname for f in model._meta.concrete_fields if isinstance(f, ProtectedField)}
    record = rows.visible_to(user).filter(pk=object_id).first()
    if field not in names or record is None:
        raise Http404
    return record  # type: ignore[no-any-return]
