"""What the pages without an account share: reading a request, and answering without the database's help.

These pages are drawn without a session, an account or a cookie of ours.  While the database is away they
still say what to keep away from, and give back what was typed.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.accounts.demo import is_demo
from amana.casework.alerts.reporting_form import readable
from amana.casework.alerts.services.receiving import ACCEPTED, LARGEST_FILE, upload
from amana.casework.audit.keyring import KeysNotThese, keyring
from amana.casework.common.faults import in_words
from amana.casework.files.forms import SENT
from amana.casework.files.receiving import Offered, Received, receive_all
from amana.casework.files.uploads import holder_of
from amana.problems import InputProblem, InputProblems

_LOG = logging.getLogger(__name__)
AWAY = (DatabaseError, sqlite3.Error, OSError, KeysNotThese)
"""What a database, a disk or a key folder raises that is away or full."""
_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
_POLICY = "camera=(), geolocation=(self), microphone=()"


@dataclass(frozen=True)
class Notice:
    """Something said on top of a page.  ``kind`` is ``stop``, ``warn`` or ``note``."""

    kind: str
    title: str
    text: str


# Reading


@dataclass
class Sent:
    """What came with a request, as far as it could be read.

    Attributes
    ----------
    data
        Texts, without characters that cannot be kept.
    files
        Files that came in the form itself.
    too_much
        Whether something was left out because it was too long or too many.
    """

    data: QueryDict
    files: MultiValueDict = field(default_factory=MultiValueDict)
    too_much: bool = False


def sent_by(request: Any) -> Sent:
    """What was sent; of what is too large, the part before it."""
    kept: list[QueryDict] = []
    request.parse_file_upload = lambda meta, data: _parsed(request, meta, data, kept)
    try:
        data, files = request.POST, request.FILES
    except (*_TOO_MUCH, MultiPartParserError):
        return Sent(QueryDict(), too_much=True)
    clean = QueryDict(mutable=True)
    for name, values in data.lists():
        clean.setlist(name, readable(values))
    return Sent(clean, files, too_much=bool(kept))


def _parsed(request: Any, meta: Any, data: Any, kept: list[QueryDict]) -> tuple[Any, Any]:
    """Django's reading of a form with files, which forgets all of it where one part is too much."""
    parser = MultiPartParser(meta, data, request.upload_handlers, request.encoding)
    try:
        return parser.parse()
    except _TOO_MUCH:
        kept.append(getattr(parser, "_post", QueryDict()))
        return kept[0], MultiValueDict()


def language_of(request: Any, *chosen: str | None) -> str:
    """Take the first of these that is a language of ours; otherwise the browser's stays."""
    named = next((c for c in chosen if c in dict(settings.LANGUAGES)), request.LANGUAGE_CODE)
    translation.activate(named)
    request.LANGUAGE_CODE = named
    return str(named)


# Files


def holders(request: HttpRequest, form: str) -> tuple[str, ...]:
    """Whose files these may be: of one form, which needs no cookie, or the browser's by its cookie."""
    own = keyring().token("upload-holder-form", form)
    return tuple(h for h in (own, holder_of(request)) if h)


def keep_files(
    offered: Iterable[Offered], held_by: Sequence[str]
) -> tuple[list[Offered], list[InputProblem]]:
    """Take in the files of a form that is shown again, so that nobody sends them twice; and what is wrong."""
    kept, problems = [], []
    for row, one in enumerate(offered, 1):
        try:
            if one.token:
                here = upload(one.token, held_by)
            else:
                (here,) = receive_all([one], holder=held_by[0], accept=ACCEPTED, largest=LARGEST_FILE)
            kept.append(Offered(token=here.token))
        except InputProblems as found:
            problems += [replace(p, field="files", row=row) for p in found.problems]
        except OSError:
            problems.append(InputProblem("files.no-room", field="files", row=row))
    return kept, problems


def position_in(offered: Sequence[Offered], held_by: Sequence[str]) -> str:
    """What the first photo that says so says of where it was taken; empty where none does."""
    for one in offered:
        try:
            if one.token and (found := position_of(upload(one.token, held_by))):
                return found
        except (InputProblems, OSError):
            continue
    return ""


def position_of(received: Received) -> str:
    """The place a photo claims, as a text."""
    claims = received.claims
    return "" if claims.lat is None or claims.lon is None else f"{claims.lat:.6f}, {claims.lon:.6f}"


def name_files(form: Any, offered: Sequence[Offered]) -> None:
    """Have a form with faults name the files that are here already."""
    form.data = form.data.copy()
    form.data.setlist(f"files{SENT}", [one.token for one in offered])
    form.files = MultiValueDict()


def tell(form: Any, problems: Iterable[InputProblem]) -> None:
    """Each problem beside its field; of several files, which one it was."""
    for problem in problems:
        told = in_words(problem)
        if problem.field == "files" and problem.row:
            told = _("File %(n)d: %(fault)s") % {"n": problem.row, "fault": told}
        form.add_error(problem.field if problem.field in form.fields else None, told)


# Answering


def answer(
    request: Any,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    wait: int = 0,
    uploads: bool = False,
    position: bool = False,
) -> HttpResponse:
    """A page, without anything that would ask the database.

    Parameters
    ----------
    wait
        Seconds, where the reader shall come again later.
    uploads
        Whether files may be sent before the form is, which needs a cookie.
    position
        Whether the page may ask the telephone where it is.
    """
    known = {
        "csrf": get_token(request) if uploads else "",
        "is_demo": _is_demo(),
        "others": [code for code, _name in settings.LANGUAGES if code != request.LANGUAGE_CODE],
    }
    response = HttpResponse(render_to_string(template, {**known, **context}), status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    if position:
        response["Permissions-Policy"] = _POLICY
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _is_demo() -> bool:
    try:
        return is_demo()
    except AWAY:
        return False


def noted(fault: BaseException) -> None:
    """Have the server's own log say where it arose; it quotes nothing."""
    _LOG.error("a report could not be kept", exc_info=fault)


def not_received() -> Notice:
    """That nothing was kept, and what to do."""
    return Notice(
        "stop",
        _("Your report was NOT received."),
        _(
            "The fault is here, not with you. What you typed is still below: keep it, and send it "
            "again in a few "
            "minutes. Files may have to be chosen again."
        ),
    )


def no_such_code() -> Notice:
    """That there is nothing for a code, whatever the reason."""
    return Notice(
        "warn",
        _("There is no report for this code."),
        _(
            "Look at each digit again. A code ends some time after its report was closed, or when it "
            "was erased."
        ),
    )


def not_now() -> Notice:
    """That this copy takes no report at this moment."""
    return Notice(
        "stop",
        _("Reports cannot be taken at this moment."),
        _(
            "The fault is here, not with you. Write down what you saw, keep away from it, and come "
            "back later."
        ),
    )


def come_back(seconds: int) -> Notice:
    """That too much came from one address."""
    minutes = max(1, -(-seconds // 60))
    return Notice(
        "warn",
        _("Not sent yet: too much came from your network."),
        ngettext(
            "Many people may share it. What you typed is still below. Send it again in %(n)d minute.",
            "Many people may share it. What you typed is still below. Send it again in %(n)d minutes.",
            minutes,
        )
        % {"n": minutes},
    )


def nobody_reads() -> Notice:
    """That this copy takes no reports."""
    return Notice(
        "stop",
        _("Reports cannot be taken here."),
        _("Nobody would read them, so nothing is accepted. Please turn to the office that serves your area."),
    )


def too_much() -> Notice:
    """That a part of what was sent is missing."""
    return Notice(
        "warn",
        _("Not sent yet: it was too much at once."),
        _(
            "There were too many files or too much text. Look at what is left below, choose fewer "
            "files, and send."
        ),
    )
