"""The public form: a report without an account, and what its author may do with the receipt code.

Everything works as a plain POST, without a cookie.  The answers are the same whether a place or a person is
known here or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amana.casework.alerts import pages_public as pages
from amana.casework.alerts import rates, receipts
from amana.casework.alerts.pages_public import AWAY, Notice, Sent, answer, language_of, sent_by
from amana.casework.alerts.queries_public import by_receipt, receiving_office, stage_of
from amana.casework.alerts.reporting_form import AdditionForm, ReportForm
from amana.casework.alerts.services.receiving import LARGEST_FILE, MOST_FILES, add_by_receipt, receive, upload
from amana.casework.common.access import open_to_all
from amana.problems import InputProblem, InputProblems

_MB = 10**6
_TOKEN = 64
"""Characters of a form's token at most."""
_SECTIONS = {
    "what": ("counted", "count_words"),
    "when": ("seen_on", "when_words"),
    "danger": ("dangers",),
    "changed": ("digging", "touched"),
    "you": ("wish", "reporter", "phone", "contact"),
}  # fmt: skip
"""Parts of the form that open when something in them was filled in."""


def _open_page(*methods: str) -> Any:
    """A page for everybody, in nobody's name: a request from elsewhere does no more here than its sender."""

    def decorate(view: Any) -> Any:
        return csrf_exempt(open_to_all(sensitive_post_parameters()(require_http_methods(methods)(view))))

    return decorate


@_open_page("GET", "HEAD", "POST")
def report(request: Any) -> HttpResponse:
    """The form; and a report that is sent with it."""
    if request.method == "POST":
        return _posted(request)
    language_of(request, request.GET.get("language"))
    form, token = ReportForm(), receipts.new_form()
    try:
        notice = None if receiving_office() is not None else pages.nobody_reads()
    except AWAY as fault:
        pages.noted(fault)
        return _form(request, form, token, pages.not_now(), status=503, closed=True)
    return _form(request, form, token, notice, closed=notice is not None)


def _posted(request: Any) -> HttpResponse:
    sent = sent_by(request)
    do = sent.data.get("do", "send")
    language_of(request, do, sent.data.get("language"))
    wait = rates.spend(request, "look") or rates.spend(request, "megabytes", _megabytes(sent))
    if wait:
        return _again(request, sent, pages.come_back(wait), status=429, wait=wait, with_files=False)
    if sent.too_much:
        return _again(request, sent, pages.too_much(), status=413)
    try:
        return _send(request, sent) if do == "send" else _again(request, sent, find=do == "place")
    except AWAY as fault:
        pages.noted(fault)
        return _again(request, sent, pages.not_received(), status=503)


def _send(request: Any, sent: Sent) -> HttpResponse:
    form, token = ReportForm(sent.data, sent.files), _token(sent)
    if not form.is_valid():
        return _asked_again(request, form, sent, token)
    if wait := rates.spend(request, "send"):
        return _again(request, sent, pages.come_back(wait), status=429, wait=wait)
    try:
        _alert, code = receive(
            files=form.cleaned_data["files"], holders=pages.holders(request, token), form=token,
            photo_place=form.cleaned_data["photo_place"], language=request.LANGUAGE_CODE, **form.said(),
        )  # fmt: skip
    except InputProblems as found:
        if any(p.code == "alerts.no-office" for p in found.problems):
            return _again(request, sent, pages.nobody_reads(), status=422)
        return _asked_again(request, form, sent, token, found.problems)
    return _to(request, "report-received", receipts.in_address(code))


def _asked_again(
    request: Any, form: Any, sent: Sent, token: str, problems: Sequence[InputProblem] = ()
) -> HttpResponse:
    """The form with its faults; what is good of its files stays here."""
    offered, of_files = pages.keep_files(_offered(sent), pages.holders(request, token))
    told = [p for p in problems if p.field != "files"] + of_files
    pages.tell(form, told or list(problems))
    pages.name_files(form, offered)
    return _form(request, form, token, status=422, offered=offered)


def _again(
    request: Any,
    sent: Sent,
    notice: Notice | None = None,
    *,
    status: int = 200,
    wait: int = 0,
    find: bool = False,
    with_files: bool = True,
) -> HttpResponse:
    """The form as it was typed, with nothing asked again."""
    token = _token(sent)
    offered: list[Any] = []
    if with_files:
        offered, _faults = pages.keep_files(_offered(sent), pages.holders(request, token))
    form = ReportForm.shown_again(sent.data, offered)
    if find:
        form.look_for_place()
    return _form(request, form, token, notice, status=status, wait=wait, offered=offered, found=find)


def _form(
    request: Any,
    form: Any,
    token: str,
    notice: Notice | None = None,
    *,
    status: int = 200,
    wait: int = 0,
    offered: Sequence[Any] = (),
    found: bool = False,
    closed: bool = False,
) -> HttpResponse:
    context = {
        "form": form, "token": token, "notice": notice, "closed": closed, "found": found,
        "sections": {name: _is_used(form, fields) for name, fields in _SECTIONS.items()},
        "photo_says": pages.position_in(offered, pages.holders(request, token)),
        "most_files": MOST_FILES, "most_megabytes": LARGEST_FILE // _MB,
    }  # fmt: skip
    return answer(
        request, "alerts/public/report.html", context, status=status, wait=wait, uploads=True, position=True
    )


def _is_used(form: Any, fields: Sequence[str]) -> bool:
    return any(
        form[f].errors or form[f].value() != (form.fields[f].initial or form[f].initial) for f in fields
    )


def _offered(sent: Sent) -> list[Any]:
    return ReportForm.base_fields["files"].widget.value_from_datadict(sent.data, sent.files, "files")  # type: ignore[attr-defined]


def _token(sent: Sent) -> str:
    """The form's own, or a new one where somebody sends a form of their own making."""
    given = str(sent.data.get("form", ""))
    return given if 0 < len(given) <= _TOKEN else receipts.new_form()


def _megabytes(sent: Sent) -> int:
    """What the files of a request weigh; a small photo is less than one."""
    return round(sum(f.size or 0 for _name, files in sent.files.lists() for f in files) / _MB)


def _to(request: Any, name: str, *args: str) -> HttpResponse:
    """Go to another page, in the same language, by GET."""
    address = f"{reverse(name, args=args)}?{urlencode({'language': request.LANGUAGE_CODE})}"
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


# Afterwards


@open_to_all
@require_safe
def received(request: Any, sealed: str) -> HttpResponse:
    """The code, once, for a quarter of an hour; nothing else of the report."""
    language_of(request, request.GET.get("language"))
    code = receipts.from_address(sealed)
    context = {"code": receipts.written(code) if code else ""}
    return answer(request, "alerts/public/received.html", context, status=200 if code else 410)


@_open_page("GET", "HEAD", "POST")
def code(request: Any) -> HttpResponse:
    """What a code is good for: to see how far the report has come, and to add to it."""
    if request.method != "POST":
        language_of(request, request.GET.get("language"))
        return _code_page(request)
    sent = sent_by(request)
    do = sent.data.get("do", "look")
    language_of(request, do, sent.data.get("language"))
    typed = str(sent.data.get("code", ""))[:200]
    wait = rates.wait(request, "code") or rates.spend(request, "megabytes", _megabytes(sent))
    if wait:
        return _code_page(request, sent, notice=pages.come_back(wait), status=429, wait=wait)
    try:
        alert = by_receipt(typed)
        if alert is None:
            rates.spend(request, "code")
            return _code_page(request, sent, notice=pages.no_such_code(), status=422)
        if do == "add":
            return _add(request, sent, typed, alert)
    except AWAY as fault:
        pages.noted(fault)
        return _code_page(request, sent, notice=pages.not_received(), status=503)
    return _code_page(request, sent, stage=stage_of(alert))


def _add(request: Any, sent: Sent, typed: str, alert: Any) -> HttpResponse:
    form, token = AdditionForm(sent.data, sent.files), _token(sent)
    problems: Sequence[InputProblem] = ()
    if sent.too_much:
        return _code_page(request, sent, notice=pages.too_much(), stage=stage_of(alert), status=413)
    if form.is_valid():
        if wait := rates.spend(request, "send"):
            return _code_page(
                request, sent, notice=pages.come_back(wait), stage=stage_of(alert), status=429, wait=wait
            )
        given = form.cleaned_data
        try:
            add_by_receipt(
                typed, given["text"], given["files"], erase=given["erase"], form=token,
                holders=pages.holders(request, token),
            )  # fmt: skip
            return _to(request, "report-added")
        except InputProblems as found:
            problems = found.problems
    offered, of_files = pages.keep_files(_offered(sent), pages.holders(request, token))
    pages.tell(form, [p for p in problems if p.field != "files"] + of_files or list(problems))
    pages.name_files(form, offered)
    return _code_page(request, sent, form=form, stage=stage_of(alert), status=422)


def _code_page(
    request: Any,
    sent: Sent | None = None,
    *,
    form: Any = None,
    notice: Notice | None = None,
    stage: Any = None,
    status: int = 200,
    wait: int = 0,
) -> HttpResponse:
    if form is None:
        form = AdditionForm.shown_again(sent.data, ()) if sent else AdditionForm()
    context = {
        "form": form, "token": _token(sent) if sent else receipts.new_form(), "notice": notice,
        "stage": stage,
        "code": str(sent.data.get("code", ""))[:200] if sent else "", "most_files": MOST_FILES,
        "most_megabytes": LARGEST_FILE // _MB,
    }  # fmt: skip
    return answer(
        request, "alerts/public/code.html", context, status=status, wait=wait, uploads=stage is not None
    )


@open_to_all
@require_safe
def added(request: Any) -> HttpResponse:
    """That the addition is here."""
    language_of(request, request.GET.get("language"))
    return answer(request, "alerts/public/added.html", {})


# For the script


@open_to_all
@require_safe
def places_found(request: Any) -> HttpResponse:
    """The choice of places for a typed name, as a part of the form."""
    language_of(request, request.GET.get("language"))
    if wait := rates.spend(request, "look"):
        return answer(
            request, "alerts/public/_places.html", {"form": ReportForm(), "busy": True}, status=429, wait=wait
        )
    form = ReportForm(initial={"place_name": request.GET.get("words", "")[:120]})
    try:
        form.look_for_place()
    except AWAY as fault:
        pages.noted(fault)
        return answer(request, "alerts/public/_places.html", {"form": form, "busy": True}, status=503)
    return answer(request, "alerts/public/_places.html", {"form": form, "found": True})


@csrf_exempt
@open_to_all
@require_POST
def photo_position(request: Any) -> JsonResponse:
    """Where an upload of this browser says it was taken; empty where it does not, or is another's."""
    sent = sent_by(request)
    held_by = pages.holders(request, _token(sent))
    try:
        found = pages.position_of(upload(str(sent.data.get("upload", ""))[:100], held_by))
    except (InputProblems, OSError):
        found = ""
    return JsonResponse({"position": found})
