"""Numbers that an office gives without asking any other, with a check character against misreading."""

from amana.numbering.block import Block
from amana.numbering.check import check_character, is_valid
from amana.numbering.number import Number, parse

__all__ = ["Block", "Number", "check_character", "is_valid", "parse"]
