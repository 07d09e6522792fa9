"""Words for places in a family, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

WORDS = {
    "father": _("father"),
    "mother": _("mother"),
    "brother": _("brother"),
    "sister": _("sister"),
    "half-brother": _("half-brother"),
    "half-sister": _("half-sister"),
    "husband": _("husband"),
    "wife": _("wife"),
    "son": _("son"),
    "daughter": _("daughter"),
    "surviving-daughter": _("surviving daughter"),
    "grandfather": _("grandfather"),
    "grandmother": _("grandmother"),
    "other-grandfather": _("other grandfather"),
    "other-grandmother": _("other grandmother"),
    "great-grandfather": _("great-grandfather"),
    "great-grandmother": _("great-grandmother"),
    "uncle": _("uncle"),
    "aunt": _("aunt"),
    "cousin": _("cousin"),
    "first-husband": _("first husband"),
    "uncles-wife": _("uncle's wife"),
}
"""Labels that have a word in both languages; any other stays as it was written."""


def kin(label: str, numbers: Mapping[str, str] | None = None) -> str:
    """The label in the reader's language; a letter behind it tells two of a kind apart.

    ``numbers`` says what the labels of the same family stand for, so that a wife of "M1" is the wife of
    somebody whom the page shows.
    """
    word, _dash, letter = label.rpartition("-")
    if word in WORDS and len(letter) == 1:
        return f"{WORDS[word]} {letter.upper()}"
    first, between, whom = label.partition("-of-")
    if between and first in WORDS:
        return gettext("%(kin)s of %(whom)s") % {"kin": WORDS[first], "whom": (numbers or {}).get(whom, whom)}
    return str(WORDS.get(label, label))
