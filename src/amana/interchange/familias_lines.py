"""Lines of a Familias file, taken one after the other: each has its meaning from its place alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from amana.interchange.collecting import Problems
from amana.interchange.text import clean, number

_ARABIC_WORD = re.compile(rb"[\xc0-\xff]{3}")


class CannotGoOn(Exception):
    """The fault that stands in ``Problems`` leaves the meaning of all further lines open."""


def familias_text(data: bytes, file: str, problems: Problems) -> str | None:
    """Text in UTF-8 or UTF-16, or in the code page of the Windows that Familias ran on, with a warning.

    In Windows-1256 an Arabic word is a run of bytes above 0xC0; in Windows-1252 accented letters stand alone.
    """
    try:
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        page = "cp1256" if _ARABIC_WORD.search(data) else "cp1252"
        text = data.decode(page, "replace")
        problems.warn("familias.code-page", file, page=page.replace("cp", "Windows-"))
    if "\0" in text:
        problems.fault("file.not-text", file)
        return None
    if not clean(text):
        problems.fault("file.empty", file)
        return None
    return text


@dataclass
class Lines:
    """A place in the file.  ``row`` is the number of the line that was taken last, from 1."""

    texts: list[str]
    file: str
    problems: Problems
    row: int = 0

    def stop(self, code: str, what: str, row: int | None = None, **params: object) -> CannotGoOn:
        """The exception to raise, after noting the fault."""
        self.problems.fault(code, self.file, row or self.row, what, **params)
        return CannotGoOn()

    def peek(self) -> str:
        """The next line without its quotation marks, empty at the end."""
        return unquoted(self.texts[self.row]) if self.row < len(self.texts) else ""

    def take(self, what: str) -> str:
        """The next line without its quotation marks; ``what`` names it in a fault."""
        if self.row >= len(self.texts):
            raise self.stop("familias.ends", what, row=len(self.texts))
        self.row += 1
        return unquoted(self.texts[self.row - 1])

    def count(self, what: str, most: int = 100_000) -> int:
        """A whole number from 0."""
        text = self.take(what)
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or int(text) > most:
            raise self.stop("familias.not-a-count", what, found=text[:60])
        return int(text)

    def flag(self, what: str) -> tuple[bool, str]:
        """``#TRUE#`` or ``#FALSE#``, and what stands behind it."""
        text = self.take(what)
        match = re.fullmatch(r"#(TRUE|FALSE)#(.*)", text, re.IGNORECASE)
        if match is None:
            raise self.stop("familias.not-a-flag", what, found=text[:60])
        return match[1].upper() == "TRUE", match[2]

    def real(self, what: str, largest: float = float("inf")) -> float:
        """A number from 0; one that cannot be used is noted, and reading goes on."""
        text = self.take(what)
        value = number(text)
        if value is None or not 0 <= value <= largest:
            self.problems.fault("familias.not-a-number", self.file, self.row, what, found=text[:60])
            return 0.0
        return value


def unquoted(line: str) -> str:
    """A line without spaces and quotation marks around."""
    text = clean(line)
    return clean(text[1:-1]) if len(text) > 1 and text[0] == text[-1] == '"' else text
