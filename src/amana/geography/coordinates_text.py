"""The many signs and words of written positions, brought to one of each."""

from __future__ import annotations

import re
import unicodedata

# Before compatibility forms are taken: some of these signs would fall apart into others.
_SIGNS = (
    dict.fromkeys(map(ord, "º˚⁰∘ᵒ"), "°")
    | dict.fromkeys(map(ord, "’‘′ʹʼˈ´`‛＇׳"), "'")
    | dict.fromkeys(map(ord, "”“″ʺ‟＂〃״"), '"')
    | dict.fromkeys(map(ord, "−–—‐‑‒―﹣－"), "-")
    | {ord("٫"): ".", ord("٬"): ",", ord("،"): ",", ord("؛"): ";", ord("‴"): "'''"}
)
_ARABIC = str.maketrans("أإآٱةى", "ااااهي", "\u0640")

_ = r"(?![^\W\d_])"  # no letter after the word
_WORDS = tuple(
    (re.compile(rf"(?<![^\W\d_])(?:{pattern}){_}", re.IGNORECASE), becomes)
    for pattern, becomes in (
        (r"north(?:ern)?|(?:ال)?شمال(?:ا|ي|يه)?", " NORTH "),
        (r"south(?:ern)?|(?:ال)?جنوب(?:ا|ي|يه)?", " SOUTH "),
        (r"east(?:ern)?|(?:ال)?شرق(?:ا|ي|يه)?", " EAST "),
        (r"west(?:ern)?|(?:ال)?غرب(?:ا|ي|يه)?", " WEST "),
        (r"eastings?|(?:ال)?شرقيات", " E "),
        (r"northings?|(?:ال)?شماليات", " N "),
        (r"lat(?:itude)?|(?:خط |دائره )?(?:ال)?عرض", " LAT "),
        (r"long?(?:itude)?|lng|(?:خط )?(?:ال)?طول", " LON "),
        (r"deg(?:rees?)?|درجه|درجات", "° "),
        (r"min(?:utes?)?|دقيقه|دقائق|دقايق", "' "),
        (r"sec(?:onds?)?|ثانيه|ثواني|ثوان", '" '),
        (r"zone|(?:ال)?نطاق|(?:ال)?منطقه", " ZONE "),
        (r"(?:hemisphere|نصف الكره|band)", " "),
        (r"utm|mgrs|gps|wgs[ -]?84|coord(?:inate)?s?|position|location|pin|and", " "),
        (r"(?:ال)?موقع|(?:ال)?احداثيات|احداثيه|(?:ال)?نقطه|عند|و", " "),
    )
)
_LETTERED = re.compile(r"(\d)\s*d\s*(?=\d)")
_LETTERED_MINUTES = re.compile(r"(°\s*\d+(?:\.\d+)?)\s*m(?=[\s\d]|$)")
_LETTERED_SECONDS = re.compile(r"('\s*\d+(?:\.\d+)?)\s*s(?=[\sNSEW,;]|$)")


def plain(text: str) -> str:
    """One line of ``0-9 . , ; : ° ' "``, signs, capital letters, and the words NORTH, LAT, ZONE and so on."""
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS).translate(_ARABIC)
    text = "".join(map(_one, text))
    for pattern, becomes in _WORDS:
        text = pattern.sub(becomes, text)
    text = re.sub(r"'\s?'", '"', text)
    # 33d30m36s: small letters only, because a capital S is south.
    text = _LETTERED.sub(r"\1° ", text)
    text = _LETTERED_MINUTES.sub(r"\1' ", text)
    text = _LETTERED_SECONDS.sub(r'\1" ', text)
    text = re.sub(r"(?<!\d)[:=]|[:=](?!\d)|[()\[\]{}|*#]", " ", text.upper())
    return " ".join(text.split()).strip(" .,;:/")


def _one(c: str) -> str:
    category = unicodedata.category(c)
    if category == "Nd":
        return str(unicodedata.decimal(c))
    if category[0] in "ZC":
        return " " if category[0] == "Z" or c.isspace() else ""
    return "" if category == "Mn" else c
