"""Numbers of identity documents and civil registers, as an index compares them."""

from __future__ import annotations

import unicodedata

from amana.names.folding import fold_letters


def fold_document_number(text: str) -> str:
    """Letters and digits of ``text`` only: capitals, digits 0-9, Arabic letters in the form of the fold.

    Zeros at the front stay, because they are part of some numbers.  This serves an equality index; it does
    not say that such a number exists.  A text without letters and digits gives ``""``.

    >>> fold_document_number(" ن-٠١٢ / ab 7 ")
    'ن012AB7'
    """
    return "".join(c for c in fold_letters(text).upper() if unicodedata.category(c)[0] in "LN")
