"""Showing files: blurred and silent until somebody opens them, and each opening on record.

One address of a station serves one file, in every form:

    @needs("recovery.view")
    def photo(request, number, key):
        photo = …  # 404 for what the reader does not see
        return serve(request, photo.file, allowed=True, may="recovery.view", on=photo.unit,
                     title=…, back=photo.unit.get_absolute_url())

``media(request, photo.file, url, title=…)`` is what ``components/media.html`` takes on a station's own pages.

    GET                 a page with the blurred preview and the button that opens
    GET ?as=preview     the preview, for anybody who may see the record; no entry
    POST what=shown     the entry, then back; for a quarter of an hour this session sees the file
    POST what=original  the entry, then the original as it was given
    GET ?as=shown       after opening: a picture without metadata; video and sound as they are, from any place
    GET ?as=original    after opening: to keep, with its hash
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst

from amana.casework.common.faults import in_words
from amana.casework.files.models import StoredFile
from amana.casework.files.pictures import DECODED
from amana.casework.files.services import (
    ORIGINAL,
    SHOWN,
    Opened,
    content_of,
    open_file,
    preview,
    shown_picture,
)
from amana.problems import InputProblems

OPEN_FOR = 15 * 60
"""Seconds that one opening lasts in a session."""
MOST_OPEN = 60
_SESSION = "files-opened"
_PLAYED = ("video", "sound")


# For pages of stations


def media(
    request: Any, stored: StoredFile, url: str, *, title: str = "", error: str | None = None
) -> dict[str, Any]:
    """For ``components/media.html``.

    Parameters
    ----------
    url
        The address that serves the file (:func:`serve`).
    title
        What it shows, as far as the record says; its kind otherwise.
    """
    return {
        "id": f"file-{stored.pk}",
        "url": url,
        "back": request.get_full_path(),
        "title": title or capfirst(stored.get_kind_display()),
        "kind": stored.kind,
        "kind_label": capfirst(stored.get_kind_display()),
        "size": stored.size,
        "sha256": stored.sha256,
        "erased": stored.is_erased,
        "can_show": stored.kind in _PLAYED or stored.media_type in DECODED,
        "needs_reason": stored.subject_id is not None,
        "opened": is_open(request, stored, SHOWN),
        "error": error,
    }


def is_open(request: Any, stored: StoredFile, what: str) -> bool:
    """Whether this session opened the file a while ago."""
    since = _opened(request).get(f"{what}:{stored.pk}", 0)
    return 0 <= time.time() - since < OPEN_FOR


def _opened(request: Any) -> dict[str, float]:
    found = request.session.get(_SESSION)
    return found if isinstance(found, dict) else {}


def _note_open(request: Any, stored: StoredFile, what: str) -> None:
    now = time.time()
    still = {k: t for k, t in _opened(request).items() if 0 <= now - t < OPEN_FOR}
    newest = sorted(still.items(), key=lambda item: item[1])[-MOST_OPEN:]
    request.session[_SESSION] = {**dict(newest), f"{what}:{stored.pk}": now}


# The address of a file


def serve(
    request: Any,
    stored: StoredFile,
    allowed: bool,
    *,
    may: str | None = None,
    on: object | None = None,
    title: str = "",
    back: str = "",
) -> HttpResponse:
    """Answer every request for one file; see the module.

    Parameters
    ----------
    allowed
        Whether the reader may see the record that links to the file: the station's own question.
    may, on
        The permission by which they may, and that record, for the log.
    back
        Where the page leads back to.

    Raises
    ------
    Http404
        If not allowed.
    """
    if not allowed:
        raise Http404
    if request.method == "POST":
        return _open(request, stored, may=may, on=on, title=title, back=back)
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
    how = request.GET.get("as", "")
    if how == "preview":
        return closed(HttpResponse(preview(stored), content_type="image/jpeg"))
    if how in (SHOWN, ORIGINAL) and is_open(request, stored, how):
        answer = _original if how == ORIGINAL else _shown
        return _or_page(request, stored, title, back, lambda: answer(request, stored))
    return _page(request, stored, title, back)


def _open(request: Any, stored: StoredFile, *, title: str, back: str, **rights: Any) -> HttpResponse:
    what = ORIGINAL if request.POST.get("what") == ORIGINAL else SHOWN
    reason = request.POST.get("reason", "")[:300]

    def opened() -> HttpResponse:
        open_file(request.user, stored, reason, what=what, **rights).reader.close()
        _note_open(request, stored, what)
        if what == ORIGINAL:
            return HttpResponseRedirect(f"{request.path}?as={ORIGINAL}")
        following = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(
            following, {request.get_host()}, require_https=request.is_secure()
        )
        return HttpResponseRedirect(f"{following}#file-{stored.pk}" if safe else request.path)

    return _or_page(request, stored, title, back, opened)


def _or_page(
    request: Any, stored: StoredFile, title: str, back: str, answer: Callable[[], HttpResponse]
) -> HttpResponse:
    try:
        return answer()
    except InputProblems as found:
        return _page(request, stored, title, back, error=in_words(found.problems[0]))


def _page(request: Any, stored: StoredFile, title: str, back: str, error: str | None = None) -> HttpResponse:
    shown = media(request, stored, request.path, title=title, error=error)
    context = {"media": shown | {"back": request.path}, "stored": stored, "back": back}
    response = render(request, "files/file.html", context, status=422 if error else 200)
    response["Cache-Control"] = "private, no-store"
    return response


# Content


def given_out(
    request: Any,
    stored: StoredFile,
    reason: str = "",
    *,
    what: str = ORIGINAL,
    may: str | None = None,
    on: object | None = None,
) -> HttpResponse:
    """The file in one answer, for programs: each call is an opening, and an entry of the log.

    Raises
    ------
    InputProblems
        Those of :func:`~.services.open_file`.
    """
    opened = open_file(request.user, stored, reason, what=what, may=may, on=on)
    if what == SHOWN:
        opened.reader.close()
        return _shown(request, stored)
    return _content(request, opened, attachment=True)


def _shown(request: Any, stored: StoredFile) -> HttpResponse:
    if stored.kind in _PLAYED:
        return _content(request, content_of(stored), attachment=False)
    response = HttpResponse(shown_picture(stored), content_type="image/jpeg")
    response["Content-Disposition"] = f'inline; filename="{stored.sha256[:16]}.jpg"'
    return closed(response)


def _original(request: Any, stored: StoredFile) -> HttpResponse:
    return _content(request, content_of(stored), attachment=True)


def _content(request: Any, opened: Opened, *, attachment: bool) -> HttpResponse:
    size = opened.stored.size
    asked = asked_range(request.headers.get("Range", ""), size)
    if asked is None:
        response: HttpResponse = StreamingHttpResponse(opened.content())  # type: ignore[assignment]
        response["Content-Length"] = str(size)
    elif asked == NOT_THERE:
        opened.reader.close()
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        start, stop = asked
        response = StreamingHttpResponse(opened.part(start, stop), status=206)  # type: ignore[assignment]
        response["Content-Length"] = str(stop - start)
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    response["Content-Type"] = opened.stored.media_type
    kind = "attachment" if attachment else "inline"
    response["Content-Disposition"] = f'{kind}; filename="{opened.file_name}"'
    response["Accept-Ranges"] = "bytes"
    response["X-SHA-256"] = opened.stored.sha256
    return closed(response)


NOT_THERE = (0, 0)


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None for all of it, :data:`NOT_THERE` for what there is not.

    One range of bytes (RFC 9110 section 14); several are answered with all.
    """
    found = re.fullmatch(r"bytes=([0-9]{0,15})-([0-9]{0,15})", header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        start, stop = max(0, size - int(found[2])), size
    else:
        start, stop = int(found[1]), min(size, int(found[2]) + 1 if found[2] else size)
    return (start, stop) if start < stop else NOT_THERE


def closed(response: HttpResponse) -> HttpResponse:
    """Headers with which nothing that somebody sent is run, guessed at, framed or kept by a browser."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
