"""A field for files: a plain one that, with script, sends them in pieces before the form is sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from amana.casework.files.receiving import Offered, Received
from amana.casework.files.sniffing import KINDS

_ACCEPTED = {
    "image": "image/*", "video": "video/*", "sound": "audio/*", "pdf": "application/pdf,.pdf",
    "list": ".csv,.xlsx,.ods",
}  # fmt: skip
SENT = "-sent"
"""End of the name of the hidden inputs that hold identifiers of uploads."""


def accepted(kinds: Iterable[str]) -> str:
    """For the ``accept`` of an input: a help for who chooses, and nothing that is relied on."""
    return ",".join(_ACCEPTED[kind] for kind in kinds)


class FilesInput(forms.FileInput):
    """An input for files with the texts that ``upload.js`` shows, and with what was sent already."""

    allow_multiple_selected = True
    template_name = "files/input.html"
    needs_multipart_form = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Offered]:
        """Files of the form, and uploads that it names."""
        tokens = data.getlist(name + SENT) if hasattr(data, "getlist") else data.get(name + SENT, [])
        sent = files.getlist(name) if hasattr(files, "getlist") else [f for f in [files.get(name)] if f]
        return [Offered(token=t) for t in dict.fromkeys(tokens) if t] + [Offered(file=f) for f in sent]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether there is nothing."""
        return name not in files and name + SENT not in data

    def use_required_attribute(self, initial: Any) -> bool:
        """No: what was sent before the form leaves the input empty."""
        return False

    def format_value(self, value: Any) -> Any:
        """What is written again: identifiers alone."""
        return [one.token for one in value or () if getattr(one, "token", "")]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """For the template."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["sent"] = {"name": name + SENT, "tokens": self.format_value(value)}
        context["texts"] = {
            "reading": _("Reading the file."),
            "sending": _("{percent} percent of {megabytes} MB sent."),
            "waiting": _("The line is down. It goes on by itself."),
            "sent": _("Sent."),
            "kept": _("A file was sent."),
            "form": _("It will be sent with the form."),
            "again": _("A file was sent in part. Choose it again, and the rest is sent."),
            "remove": _("Remove"),
            "hold": _("Files are still being sent. The form follows by itself."),
        }
        return context


class FilesField(forms.Field):
    """Files, in the form or sent before it; :func:`~.receiving.receive_all` takes what it gives.

    Parameters
    ----------
    accept
        Kinds of files, for the browser's own choice and for a hint.
    """

    widget = FilesInput

    def __init__(self, *, accept: Sequence[str] = KINDS, **kwargs: Any) -> None:
        self.accept = tuple(accept)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        """What the browser offers to choose."""
        return {"accept": accepted(self.accept)}

    def clean(self, value: list[Offered]) -> list[Offered]:
        """Something, where something is required."""
        if self.required and not value:
            raise ValidationError(_("Choose at least one file."), code="required")
        return value


def keep_sent(form: Any, field: str, received: Iterable[Received]) -> None:
    """Have a form that goes back with another fault name the files that are here: nobody sends them twice."""
    data = form.data.copy()
    data.setlist(form.add_prefix(field) + SENT, [one.token for one in received])
    form.data = data
    form.files = {}
