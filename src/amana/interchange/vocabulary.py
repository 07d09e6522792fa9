"""The many ways in which laboratories and offices write the same thing."""

from __future__ import annotations

import re
from typing import Literal

from amana.interchange.text import clean
from amana.kinship.pedigree import Sex

UNKNOWN = frozenset({"", "0", "-", "--", "?", "na", "n/a", "nan", "none", "null", "nr", "unknown",
                     "غير معروف", "مجهول", "لا يوجد"})  # fmt: skip
"""Cells that say "not known", folded to lower case."""

MISSING = frozenset({"missing", "mp", "مفقود", "مفقودة"})
"""Cells that say that a person is sought."""

UNSAID_SEX = frozenset({"unknown", "غير معروف", "مجهول"})
"""Words in the column sex that say more than an empty cell: the role of a parent does not tell it."""

_MALE = frozenset({"m", "male", "1", "ذكر"})
_FEMALE = frozenset({"f", "female", "2", "أنثى", "انثى"})
_AMELOGENIN = frozenset({"amel", "amelogenin", "amelo", "amelxy", "amg"})
_OFF_LADDER = re.compile(r"[<>]?\s*ol([\s_-]*(low|high|l|h|\d*))?|off[\s_-]*ladder", re.IGNORECASE)
_MARKER_NAME = re.compile(r"d\d{1,2}s\d+|dxs\d+|dys\d+[a-z]*|rs\d+")

# Names under which one marker is printed by different kits and tables (folded by marker_key).
_SAME_MARKER = {"tho1": "th01", "actbp2": "se33", "csf": "csf1po", "fibra": "fga", "vwf31": "vwa",
                "vwa31": "vwa", "vwa31a": "vwa", "vwfa31": "vwa"}  # fmt: skip
# Markers whose names follow no pattern: to tell one that the table lacks from a misspelling.
_KNOWN = frozenset({"th01", "tpox", "csf1po", "fga", "vwa", "se33", "pentaa", "pentab", "pentac", "pentad",
                    "pentae", "hprtb", "f13a01", "f13b", "fesfps", "lpl", "ygatah4", "yindel"})  # fmt: skip

Columns = dict[str, tuple[str, ...]]

COLUMNS: Columns = {
    "sample": ("sample name", "sample id", "sampleid", "specimen", "العينة", "عينة", "رقم العينة"),
    "marker": ("locus", "loci", "marker name", "system", "الواسم", "واسم", "الموقع"),
    "allele": ("alleles", "size", "الأليل", "أليل"),
    "allele1": ("allele 1", "allele a", "a1", "الأليل 1", "أليل 1", "الأليل الأول"),
    "allele2": ("allele 2", "allele b", "a2", "الأليل 2", "أليل 2", "الأليل الثاني"),
    "replicate": ("repeat", "run", "typing", "المكرر", "إعادة"),
    "family": ("family id", "fid", "pedigree", "العائلة", "عائلة", "الأسرة", "أسرة"),
    "person": ("person id", "individual", "iid", "id", "member", "الشخص", "شخص"),
    "father": ("father id", "dad", "pid", "الأب", "أب", "الوالد"),
    "mother": ("mother id", "mom", "mid", "الأم", "أم", "الوالدة"),
    "sex": ("gender", "الجنس", "جنس"),
    "unit": ("recovery unit", "unit label", "remains", "الرفات", "وحدة", "الوحدة", "رقم الوحدة"),
    "victim": ("profile", "profile id", "الضحية"),
    "missing": ("missing person", "mp", "المفقود", "مفقود"),
    "dropout": ("drop out", "d", "سقوط"),
    "dropin": ("drop in", "c"),
    "inbreeding": ("founder inbreeding", "f"),
    "model": ("mutation model", "النموذج"),
    "rate_male": ("rate", "male rate", "paternal rate", "المعدل"),
    "rate_female": ("female rate", "maternal rate"),
    "range": (),
    "rate2": (),
}
"""Column to the other names it is known by."""


def key(text: str) -> str:
    """Letters and digits only, in lower case: ``Allele 1`` and ``allele_1`` are the same."""
    return "".join(c for c in clean(text).casefold() if c.isalnum())


def column_keys(column: str) -> frozenset[str]:
    """All folded names of a column."""
    return frozenset(key(name) for name in (column, *COLUMNS.get(column, ())))


def marker_key(name: str) -> str:
    """The same for all spellings of one marker.

    >>> marker_key("Penta E") == marker_key("PENTA_E"), marker_key("vWA") == marker_key("VWA")
    (True, True)
    """
    folded = key(name)
    return _SAME_MARKER.get(folded, folded)


def is_amelogenin(name: str) -> bool:
    """Whether a marker is amelogenin, under any of its spellings."""
    return key(name) in _AMELOGENIN


def is_y_marker(name: str) -> bool:
    """Whether a marker lies on the Y chromosome, which kinship of families here does not use."""
    folded = marker_key(name)
    return folded.startswith("dys") or folded in ("yindel", "ygatah4")


def is_x_marker(name: str) -> bool:
    """Whether the nomenclature puts a marker on the X chromosome (DXS…, HPRTB)."""
    folded = marker_key(name)
    return folded.startswith("dxs") or folded == "hprtb"


def plausible_marker(name: str) -> bool:
    """Whether this is the name of some marker, in the table or not."""
    folded = marker_key(name)
    return folded in _KNOWN or _MARKER_NAME.fullmatch(folded) is not None


def sex(text: str) -> Sex | Literal["bad"] | None:
    """M, F, None for not known, ``bad`` for anything else."""
    folded = clean(text).casefold()
    if folded in _MALE:
        return "M"
    if folded in _FEMALE:
        return "F"
    return None if folded in UNKNOWN or folded == "u" else "bad"


def is_unknown(text: str) -> bool:
    """Whether a cell says that something is not known."""
    return clean(text).casefold() in UNKNOWN


def is_off_ladder(text: str) -> bool:
    """Whether an allele cell holds the laboratory's mark for a peak outside the allelic ladder."""
    return _OFF_LADDER.fullmatch(clean(text)) is not None


def allele(text: str) -> str:
    """Label of an allele in one spelling: ``9,3`` is ``9.3``; ``12.0`` and ``012`` are ``12``."""
    text = clean(text).replace(" ", "")
    if text.count(",") == 1:
        text = text.replace(",", ".")
    match = re.fullmatch(r"0*(\d+)(?:\.(\d*?)0*)?", text, re.ASCII)
    if match is None:
        return text
    whole, part = match[1], match[2]
    return f"{whole}.{part}" if part else whole
