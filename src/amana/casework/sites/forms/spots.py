"""Forms of spots: a position in any notation, a picture that says where, a file of many."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.casework.files.forms import FilesField
from amana.casework.incidents.forms import Reasoned, form_of
from amana.casework.sites.models import Spot


class _Positioned(forms.Form):
    """Asks for a position as somebody reads it from a receiver, a telephone or a map."""

    position = forms.CharField(
        label=_("Position"), max_length=500,
        help_text=_(
            "As the receiver or the map shows it: decimal degrees, degrees with minutes and seconds, UTM, "
            "MGRS, or a link of a map."
        ),
    )  # fmt: skip
    uncertainty_m = forms.FloatField(
        label=_("By how many metres it may be wrong"), required=False, min_value=0,
        help_text=_("Left empty: 10 metres, or more where the digits tell less."),
    )  # fmt: skip
    field_order = ("label", "position", "uncertainty_m", "measured", "deposition", "note", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].widget.attrs |= {"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}


class _Corrected(_Positioned, Reasoned):
    """A correction, which says why."""


SpotForm = form_of(Spot, ("label", "measured", "deposition", "note"), _Positioned)
CorrectionForm = form_of(Spot, ("measured", "deposition", "note"), _Corrected)


class PhotoForm(forms.Form):
    """A picture that may say where it was taken."""

    photo = FilesField(label=_("Picture"), accept=("image",))


_ENDINGS = ".geojson,.json,.gpx,.csv,application/gpx+xml,text/csv"


class ImportForm(forms.Form):
    """A file with many spots."""

    file = forms.FileField(
        label=_(
            "File"
        ), widget=forms.FileInput({"accept": _ENDINGS}),
        help_text=_("GeoJSON, GPX or CSV. Nothing is saved before you have seen what is in it."),
    )  # fmt: skip
