"""Forms of old cards and lists."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.casework.incidents.forms import fields_of
from amana.casework.recovery.models import Batch

_BATCH = fields_of(Batch, ("about",))


class ListForm(forms.Form):
    """A list, and where it comes from."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx"}),
        help_text=_("XLSX or CSV. Nothing is saved before you have seen what is in it."),
    )
    about = _BATCH["about"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["about"].help_text = _(
            "Who wrote it, when, and who has the original. No name of a person who is sought."
        )


class WithdrawForm(forms.Form):
    """Why a batch is withdrawn."""

    reason = forms.CharField(label=_("Why it is withdrawn"), max_length=300)
