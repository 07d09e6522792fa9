"""Forms of a site itself: its names, its place, what threatens it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from amana.casework.incidents.forms import Reasoned, form_of
from amana.casework.sites import placing
from amana.casework.sites.models import Site

NEW = ("name_en", "name_ar", "pcode", "deposition", "access_words")
CHANGED = (*NEW, "reported_area_m2", "reported_area_words")


class _Placed(forms.Form):
    """A place by its P-code, or by its name: then the places that bear it stand there to be chosen from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pcode"] = forms.CharField(
            label=_("Place: P-code or name"), required=False, max_length=100,
            help_text=_(
                "SY0401, or the name in Arabic or Latin letters: then the places of that name are "
                "shown."
            ),
        )  # fmt: skip
        typed = (self.data.get(self.add_prefix("pcode")) or "").strip() if self.is_bound else ""
        if typed and placing.code_in(typed) is None and (found := placing.meant_by(typed)):
            self.fields["place"] = forms.ChoiceField(
                label=_("Which of these is it?"), choices=found, widget=forms.RadioSelect, required=False
            )
        names = list(self.fields)
        if "place" in names:
            names.remove("place")
            names.insert(names.index("pcode") + 1, "place")
        self.order_fields(names)

    def clean(self) -> dict[str, Any]:
        """The P-code in place of what was typed."""
        given: dict[str, Any] = dict(super().clean() or self.cleaned_data)
        typed, chosen = (given.get("pcode") or "").strip(), given.pop("place", "")
        code = placing.code_in(typed) if typed else ""
        if code is None and chosen:
            code = chosen
        elif code is None and "place" in self.fields:
            self.add_error("place", _now("This is a name. Choose which place is meant."))
        elif code is None:
            self.add_error(
                "pcode", _now("No place of this name is known. Write its P-code, or leave it empty.")
            )
        given["pcode"] = code or ""
        return given


class _Changed(_Placed, Reasoned):
    """A correction, which says why."""


SiteForm = form_of(Site, NEW, _Placed)
ChangeForm = form_of(Site, CHANGED, _Changed)
RiskForm = form_of(Site, ("risk", "risk_words"), Reasoned)
