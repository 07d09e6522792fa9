"""Forms of the laboratory."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.casework.incidents.forms import form_of
from amana.casework.laboratory.models import Sample
from amana.casework.missing.models import Sex
from amana.interchange import read_frequency_table
from amana.kinship.markers import FrequencyTable

LARGEST_TABLE = 1_000_000


class _Of(forms.Form):
    unit = forms.CharField(
        label=_("Number of the unit"), required=False, max_length=40,
        help_text=_("If it was taken from remains."),
    )  # fmt: skip
    relative = forms.CharField(
        label=_("Number of the relative"), required=False, max_length=40,
        help_text=_("If a relative gave it. Their consent to the laboratory must stand."),
    )  # fmt: skip
    laboratory = forms.ModelChoiceField(label=_("Laboratory that types it"), queryset=None)

    def __init__(self, *args: Any, laboratories: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["laboratory"].queryset = laboratories  # type: ignore[attr-defined]
        self.fields["material"].help_text = _("Such as femur, molar, buccal swab, blood.")


SampleForm = form_of(Sample, ("material", "taken_on"), _Of)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Why"), max_length=300)


class ProfileForm(forms.Form):
    """A typing result, typed in or pasted."""

    calls = forms.CharField(
        label=_("Results"),
        widget=forms.Textarea({"rows": 12, "dir": "ltr", "spellcheck": "false"}),
        help_text=_("One marker a line: its name, then two alleles, such as “TH01 6 9.3”, "
                    "or twice the same, “TH01 6 6”. A question mark stands for an allele that was not seen."),
    )  # fmt: skip
    kit = forms.CharField(label=_("Kit"), required=False, max_length=60)
    dropout = forms.FloatField(
        label=_("Probability that an allele was not seen"), initial=0.0, min_value=0,
        help_text=_("0 for a complete profile; such as 0.05 for a partial one."),
    )  # fmt: skip
    sex = forms.ChoiceField(
        label=_("Sex by amelogenin"), required=False, choices=[("", _("not known")), *Sex.choices]
    )

    def clean_calls(self) -> dict[str, list[str]]:
        """Marker to alleles; the service says what is wrong with them."""
        found: dict[str, list[str]] = {}
        for line in self.cleaned_data["calls"].splitlines():
            cells = line.replace(",", " ").replace(";", " ").replace("/", " ").split()
            if not cells:
                continue
            alleles = [cells.pop()]
            # A marker's own name may have a space in it (Penta D): it ends where the alleles begin.
            if len(cells) > 1 and (not cells[-1][0].isalpha() or cells[-1] in ("X", "Y")):
                alleles.insert(0, cells.pop())
            name = " ".join(cells)
            if not name:
                raise forms.ValidationError(_("This line has no alleles: %(line)s"), params={"line": line})
            if name in found:
                raise forms.ValidationError(
                    _("This marker stands twice: %(marker)s"), params={"marker": name}
                )
            found[name] = alleles
        return found


class FrequenciesForm(forms.Form):
    """A table of allele frequencies from a file."""

    name = forms.CharField(label=_("Name"), max_length=120)
    file = forms.FileField(
        label=_("Table"),
        help_text=_("CSV: a column of alleles, then one column of frequencies for each marker."),
    )
    source = forms.CharField(
        label=_("Source"), widget=forms.Textarea({"rows": 3}),
        help_text=_("Who was counted, how many, and where it was published."),
    )  # fmt: skip
    licence = forms.CharField(label=_("Licence"), required=False, max_length=120)
    minimum = forms.FloatField(
        label=_("Least frequency"), required=False, help_text=_("For alleles that the table does not have.")
    )

    def table(self) -> FrequencyTable:
        """The table in the file.

        Raises
        ------
        InputProblems
            With every fault of the file.
        """
        uploaded = self.cleaned_data["file"]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            path.write_bytes(uploaded.read(LARGEST_TABLE))
            return read_frequency_table(path)
