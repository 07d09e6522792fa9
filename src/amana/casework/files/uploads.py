"""Uploads that go on after a broken line: the core of tus 1.0.0 with creation, expiration and termination.

    POST   /uploads/        Upload-Length, Upload-Metadata (filename, sha256)     201, Location
    HEAD   /uploads/<id>/                                                         200, Upload-Offset
    PATCH  /uploads/<id>/   Upload-Offset, application/offset+octet-stream        204, Upload-Offset
    DELETE /uploads/<id>/                                                         204

For the public form as well, so without an account: an identifier of 256 random bits, known to the browser
that began and bound to its CSRF cookie; whoever has one without the other is told that there is none.
Nothing is listed.  Requests that change something need the CSRF header, as every form needs its token.

A finished upload is nothing yet: the form that names it makes a stored file of it (:func:`.services.claim`).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods

from amana.casework.audit.keyring import keyring
from amana.casework.common.access import open_to_all
from amana.casework.common.faults import in_words
from amana.casework.files.limits import KEPT, LARGEST, fault_of
from amana.casework.files.names import clean_name
from amana.casework.files.pending import Pending, counted, sweep_uploads
from amana.casework.files.places import ask_for_room, room
from amana.casework.files.receiving import finish
from amana.casework.files.sealing import CHUNK
from amana.casework.files.sniffing import HEAD, sniffed_head
from amana.problems import InputProblem, InputProblems

VERSION = "1.0.0"
LARGEST_PART = 8 * 1024 * 1024
"""Bytes of one PATCH."""
ENOUGH = 1024
"""Bytes at the beginning by which a file is known."""
CONFLICT, OTHER_HASH = 409, 460
_STATUS = {
    "files.no-room": 507, "files.busy": 503, "files.too-large": 413, "files.too-many": 429,
    "files.upload-gone": 404, "files.wrong-type": 415, "files.hash-differs": OTHER_HASH,
    "files.more-than-announced": 413, "files.part-too-large": 413, "files.other-offset": CONFLICT,
    "files.empty": 400, "files.not-tus": 400, "files.other-version": 412, "files.not-a-part": 415,
}  # fmt: skip


def holder_of(request: HttpRequest) -> str:
    """Token of the browser that asks: of its CSRF cookie; empty, which holds nothing, where it has none."""
    secret = request.META.get("CSRF_COOKIE")
    return keyring().token("upload-holder", secret) if secret else ""


def address_of(request: HttpRequest) -> str:
    """Token of the address that asks; the address itself is kept nowhere."""
    from allauth.account.adapter import get_adapter

    address = get_adapter().get_client_ip(request)
    if ":" in address:  # one household has more addresses of the sixth version than there are telephones
        address = ":".join(address.split(":")[:4])
    return keyring().token("upload-address", address)[:32]


@open_to_all
@require_http_methods(["POST", "OPTIONS"])
def uploads(request: HttpRequest) -> HttpResponse:
    """Begin an upload."""
    if request.method == "OPTIONS":
        return _answer(
            204, **{"Tus-Version": VERSION, "Tus-Extension": "creation,expiration,termination",
                    "Tus-Max-Size": str(LARGEST)},
        )  # fmt: skip
    return _tried(lambda: _begun(request))


@open_to_all
@require_http_methods(["HEAD", "PATCH", "DELETE"])
def upload(request: HttpRequest, token: str) -> HttpResponse:
    """Ask how far it is, go on, or take it back."""
    act = {"HEAD": _asked, "PATCH": _continued, "DELETE": _taken_back}[str(request.method)]
    return _tried(lambda: act(request, token))


def _tried(act: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        with room():
            return act()
    except InputProblems as found:
        return _refused(found)
    except UnreadablePostError:  # the line broke; nobody reads this answer
        return _refused(_problem("files.not-tus"))


def _begun(request: HttpRequest) -> HttpResponse:
    _ask_version(request)
    length = _number(request, "Upload-Length")
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    sha256 = told.get("sha256", "").lower() or None
    if length is None or (sha256 is not None and not re.fullmatch("[0-9a-f]{64}", sha256)):
        raise _problem("files.not-tus")
    if length == 0:
        raise _problem("files.empty")
    holder, address = holder_of(request), address_of(request)
    if not holder:
        raise _problem("files.not-tus")
    sweep_uploads()
    with counted() as waiting:
        fault = fault_of(request, length, address, waiting)
        if fault is not None:
            raise InputProblems([fault])
        ask_for_room(length)
        name = clean_name(told.get("filename", ""))
        begun = Pending.begin(holder=holder, length=length, address=address, name=name, sha256=sha256)
    place = request.build_absolute_uri(reverse("upload", args=[begun.token]))
    return _answer(201, Location=place, **_expires())


def _asked(request: HttpRequest, token: str) -> HttpResponse:
    _ask_version(request)
    with Pending.found(token, holder_of(request)) as found:
        return _answer(200, **_offset(found), **{"Upload-Length": str(found.state.length)})


def _continued(request: HttpRequest, token: str) -> HttpResponse:
    _ask_version(request)
    if request.content_type != "application/offset+octet-stream":
        raise _problem("files.not-a-part")
    offset, size = _number(request, "Upload-Offset"), _number(request, "Content-Length")
    if offset is None or size is None:
        raise _problem("files.not-tus")
    if size > LARGEST_PART:
        raise _problem("files.part-too-large")
    with Pending.found(token, holder_of(request)) as found:
        state = found.state
        if offset != state.size:
            raise _problem("files.other-offset")
        if not state.whole:
            try:
                if size:
                    found.append(_body(request, found))
                if state.size == state.length:
                    finish(found)
            except InputProblems as problems:
                # What can never become a file goes at once; for the rest it can be tried again.
                if {p.code for p in problems.problems} & {"files.wrong-type", "files.hash-differs"}:
                    found.discard()
                raise
        return _answer(204, **_offset(found))


def _body(request: HttpRequest, found: Pending) -> Iterator[bytes]:
    """What was sent; a file that Amana never takes is refused at its beginning, not after 100 megabytes."""
    first = found.state.size == 0
    while data := request.read(CHUNK):
        if first and len(data) >= min(ENOUGH, found.state.length or 0) and sniffed_head(data[:HEAD]) is None:
            raise _problem("files.wrong-type")
        first = False
        yield data


def _taken_back(request: HttpRequest, token: str) -> HttpResponse:
    _ask_version(request)
    with Pending.found(token, holder_of(request)) as found:
        found.discard()
    return _answer(204)


def _ask_version(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise _problem("files.other-version")


def _number(request: HttpRequest, header: str) -> int | None:
    text = request.headers.get(header, "")
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def _metadata(header: str) -> dict[str, str]:
    """Keys with values in base64, separated by commas."""
    found = {}
    for pair in header[:4096].split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            continue
    return found


def _problem(code: str) -> InputProblems:
    return InputProblems([InputProblem(code)])


def _offset(found: Pending) -> dict[str, str]:
    return {"Upload-Offset": str(found.state.size)}


def _expires() -> dict[str, str]:
    return {"Upload-Expires": http_date((timezone.now() + KEPT).timestamp())}


def _answer(status: int, **headers: str) -> HttpResponse:
    response = HttpResponse(status=status)
    return _with(response, headers)


def _refused(found: InputProblems) -> HttpResponse:
    """The status that says it to a program, and the sentence that says it to a person."""
    problems = [{"code": p.code, "text": in_words(p)} for p in found.problems]
    response = JsonResponse({"problems": problems}, status=_STATUS.get(found.problems[0].code, 422))
    if response.status_code == OTHER_HASH:
        response.reason_phrase = "Checksum Mismatch"
    return _with(response, {})


def _with(response: HttpResponse, headers: dict[str, str]) -> HttpResponse:
    for name, value in {"Tus-Resumable": VERSION, "Cache-Control": "no-store", **headers}.items():
        response[name] = value
    return response
