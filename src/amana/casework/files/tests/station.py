"""A station of the tests: its records are the files themselves, seen by their own office."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import ensure_csrf_cookie

from amana.casework.common.access import needs, open_to_all
from amana.casework.common.faults import add_to_form
from amana.casework.files.forms import FilesField, keep_sent
from amana.casework.files.models import StoredFile
from amana.casework.files.receiving import receive_all
from amana.casework.files.serving import given_out, serve
from amana.casework.files.uploads import holder_of
from amana.casework.urls import urlpatterns as everything
from amana.problems import InputProblems


def one(request: Any, key: UUID) -> tuple[StoredFile, bool]:
    stored = StoredFile.objects.get(pk=key)
    return stored, stored.office_id == request.user.office_id


@needs("recovery.view")
def shown(request: Any, key: UUID) -> HttpResponse:
    stored, allowed = one(request, key)
    return serve(request, stored, allowed, may="recovery.view", on=stored, title="Well, from the north")


@needs("recovery.view")
def given(request: Any, key: UUID) -> HttpResponse:
    return given_out(request, one(request, key)[0], request.GET.get("reason", ""), may="recovery.view")


class Report(forms.Form):
    words = forms.CharField()
    files = FilesField(accept=("image", "video"), required=False, label="Photos")


@open_to_all
@ensure_csrf_cookie
def report(request: Any) -> HttpResponse:
    form = Report(request.POST or None, request.FILES or None)
    if request.method == "POST":
        offered = form["files"].value() if not form.is_valid() else form.cleaned_data["files"]
        try:
            received = receive_all(offered, holder=holder_of(request), accept=("image", "video"))
        except InputProblems as found:
            add_to_form(form, found)
        else:
            if form.is_valid():
                names = [[r.name, r.size, r.sha256] for r in received]
                return JsonResponse({"files": names, "plain": len(request.FILES.getlist("files"))})
            keep_sent(form, "files", received)
    return HttpResponse(form.as_div(), status=422 if form.errors else 200)


urlpatterns = [
    path("tests/files/<uuid:key>/", shown),
    path("tests/given/<uuid:key>/", given),
    path("tests/report/", report),
    *everything,
]
