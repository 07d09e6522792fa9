"""Labels of units as PDF, from the records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone, translation
from django.utils.text import capfirst

from amana.casework.accounts.demo import is_demo
from amana.casework.accounts.models import today
from amana.casework.recovery.models import Unit
from amana.casework.recovery.services.labelling import count_prints
from amana.problems import Language
from amana.reporting.field.labels import Label, Layout, labels_pdf
from amana.reporting.field.words import NO_WORDS, Words


def labels_of(
    by: Any, units: Sequence[Unit], language: Language, layout: Layout, address: Callable[[Unit], str]
) -> bytes:
    """Labels in the order of ``units``, each print counted: a reprint says so.

    Parameters
    ----------
    address
        What scanning the code of a unit opens.

    Raises
    ------
    InputProblems
        For none, too many at once, or an address that no code holds.
    """
    synthetic = is_demo()
    day = today()
    sees_sites = "sites.view" in by.granted
    counted = count_prints(by, units)
    return labels_pdf(
        [_label(u, address(u), day, synthetic=synthetic, sees_sites=sees_sites) for u in counted],
        language,
        layout=layout,
    )


def label_of(by: Any, unit: Unit, url: str) -> Label:
    """The label of one unit on a paper about it, which is no label to be stuck on and counts as no print."""
    made = _label(unit, url, today(), synthetic=is_demo(), sees_sites="sites.view" in by.granted)
    return replace(made, reprint=0, reprinted=None)


def _label(unit: Unit, url: str, day: Any, *, synthetic: bool, sees_sites: bool) -> Label:
    spot = unit.spot if sees_sites else None
    return Label(
        number=unit.number,
        url=url,
        kind=Words(en=_kind(unit, "en"), ar=_kind(unit, "ar")),
        site=Words(en=spot.site.name_en, ar=spot.site.name_ar) if spot else NO_WORDS,
        spot=Words(en=spot.label, ar=spot.label) if spot else NO_WORDS,
        office=Words(en=unit.office.name_en, ar=unit.office.name_ar),
        field_label=unit.field_label,
        date=timezone.localtime(unit.recovered_at).date() if unit.recovered_at else None,
        reprint=unit.prints,
        reprinted=day if unit.prints else None,
        synthetic=synthetic,
    )


def _kind(unit: Unit, language: str) -> str:
    with translation.override(language):
        return capfirst(str(unit.get_kind_display()))
