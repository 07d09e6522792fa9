"""Words for places in a family, in the reader's language."""

from __future__ import annotations

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


def kin(label: str) -> str:
    """The label in the reader's language; a letter behind it tells two of a kind apart."""
    word, _dash, letter = label.rpartition("-")
    if word in WORDS and len(letter) == 1:
        return f"{WORDS[word]} {letter.upper()}"
    if label.startswith(("wife-of-", "son-of-", "daughter-of-")):
        first, _of, whom = label.partition("-of-")
        return gettext("%(kin)s of %(whom)s") % {"kin": WORDS[first], "whom": whom}
    return str(WORDS.get(label, label))
