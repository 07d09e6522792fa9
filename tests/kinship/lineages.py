"""Haplotypes and a family for the tests of lineage markers."""

from __future__ import annotations

from amana.kinship.lineage import YHaplotype, parse_mtdna, parse_ranges, parse_y_call
from amana.kinship.pedigree import Pedigree, Person

CR = parse_ranges("CR")


def mt(text, ranges="CR"):
    return parse_mtdna(text, parse_ranges(ranges))


def y(text):
    cells = (cell.split("=") for cell in text.split())
    return YHaplotype({m: parse_y_call(c, m) for m, c in cells})


def family():
    """Missing son and daughter; untyped father; paternal uncle and his son; maternal aunt."""
    return Pedigree([
        Person("grandfather", sex="M"), Person("grandmother", sex="F"),
        Person("father", "grandfather", None, "M"), Person("uncle", "grandfather", None, "M"),
        Person("cousin", "uncle", None, "M"), Person("mother", None, "grandmother", "F"),
        Person("aunt", None, "grandmother", "F"), Person("aunts-son", None, "aunt", "M"),
        Person("son", "father", "mother", "M"), Person("daughter", "father", "mother", "F"),
        Person("brother", "father", "mother", "M"),
    ])  # fmt: skip
