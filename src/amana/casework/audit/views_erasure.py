"""Lawful erasure: says exactly what will be gone and what stays, then asks."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.audit.forms import EraseForm
from amana.casework.audit.models import Entry, Subject
from amana.casework.audit.protection import about, erase_subject, erased_columns
from amana.casework.audit.words import object_kind
from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form
from amana.casework.common.records import Record, audited_models
from amana.problems import InputProblem, InputProblems


@needs("subjects.erase")
def erase(request: Any, object_type: str, number: str) -> HttpResponse:
    """Erase the person whom a record is about."""
    request.section = "log"
    record, subject = _found(request.user, object_type, number)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["confirm"] != number:
                raise InputProblems([InputProblem("protected.confirm", field="confirm")])
            erase_subject(request.user, subject, form.cleaned_data["ground"], form.cleaned_data["reason"])
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            messages.success(
                request, _("Erased. The log keeps that it was done, and nothing of what it said.")
            )
            return redirect(reverse("erase-subject", args=[object_type, number]))
    context = {
        "record": record,
        "subject": subject,
        "form": form,
        "kind": object_kind(object_type),
        "gone": _gone(subject),
        "entries": Entry.objects.filter(subject=str(subject.pk)).count(),
        "back": record.get_absolute_url() if hasattr(record, "get_absolute_url") else reverse("home"),
    }
    status = 422 if form.errors else 200
    return render(request, "audit/erase.html", context, status=status)


def _found(user: Any, object_type: str, number: str) -> tuple[Record, Subject]:
    model = audited_models().get(object_type)
    if (
        model is None
        or model.SUBJECT is None
        or "number" not in {f.name for f in model._meta.concrete_fields}
    ):
        raise Http404
    rows = model._default_manager.all()  # type: ignore[attr-defined]
    if not hasattr(rows, "visible_to"):
        raise Http404
    record = rows.visible_to(user).select_related(model.SUBJECT).filter(number=number).first()
    subject = getattr(record, model.SUBJECT, None)
    if record is None or subject is None or not user.has_perm("subjects.erase", record):
        raise Http404
    return record, subject


def _gone(subject: Subject) -> list[dict[str, Any]]:
    """By kind of record: how many rows, and which of their columns become empty."""
    counts: Counter[str] = Counter(record.log_name() for record in about(subject))
    models = audited_models()
    return [
        {
            "kind": object_kind(name),
            "rows": number,
            "columns": [str(f.verbose_name) for f in erased_columns(models[name])],
        }
        for name, number in sorted(counts.items())
    ]
