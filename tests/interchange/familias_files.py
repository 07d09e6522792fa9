"""Familias files made up for tests, after the layout that the program writes.  Nobody in them exists."""

from __future__ import annotations

from pathlib import Path

DATABASE = [
    '#FALSE# (#Databases: 1 ;Theta/Kinship/Fst: 0 )', "2", "#TRUE#", '"Made up"',
    '"D3S1358"', "0.001", "0.002", "4", "4", "3", "0.1", "0.1", "0.0001", "0.0001", "#FALSE#", "0",
    "3\t(DatabaseSize = 2500 , Dropout probability = 0 , Minor allele frequency = 0 )",
    '"15"', "0.5", '"16"', "0.25", '"16.3"', "0.25",
    '"TH01"', "0", "0", "0", "0", "2", "0.1", "0.1", "0.0", "0.0", "#FALSE#", "0",
    "2\t(DatabaseSize = 2500 , Dropout probability = 0 , Minor allele frequency = 0 )",
    '"6"', "0.75", '"9.3"', "0.25",
]  # fmt: skip

HEAD = ['"Output from Familias, version 3.2.8"', '"DO NOT EDIT!"', "3.2.8", '""']

PERSONS = [
    "3",
    '"Father"', "#FALSE#", "-1", "#FALSE#", "#TRUE#", "2", "0", "1", "0", "0", "1", "1",
    '"Mother"', "#FALSE#", "-1", "#FALSE#", "#FALSE#", "0",
    '"Child"', "#FALSE#", "-1", "#FALSE#", "#TRUE#", "1", "0", "0", "0",
]  # fmt: skip

TREES = [
    '"Known relations"', "0", "0", "1", "1", "2", "2",
    "0", '"related"', "0", "0", "1", "0", "2",
    "1", '"uncle"', "1", "2", "5", "3", "0", "4", "0", "3", "5", "4", "5", "5", "2",
]  # fmt: skip
"""The mother is fixed; second, the father is the brother of the child's father (person 5, an extra man)."""

ADVANCED = ["[Advanced]", "[[Direct/Identity]]", "Dropin= 0", "Dropout= 0", "[[DVI]]", "QuickSearch= Enabled"]


def typed(name: str, depth: int, sex: str | None, **calls: str) -> list[str]:
    """Lines of one person of the DVI part behind its heading."""
    marks = "[" * depth, "]" * depth
    lines = [f"Name= {name}", *([f"Gender= {sex}"] if sex else []), f"{marks[0]}DNA data{marks[1]}"]
    lines.append(f"nSystems= {len(calls)}")
    for marker, call in calls.items():
        one, two = call.split("/")
        lines += [f"SystemName= {marker}", f"Allele1= {one}", f"Allele2= {two}"]
    return lines


def pedigree(number: int, name: str, *pairs: tuple[str, str]) -> list[str]:
    lines = [f"[[[[[Pedigree {number}]]]]]", f"Name= {name}", f"nRelations= {len(pairs)}"]
    for parent, child in pairs:
        lines += [f"Parent= {parent}", f"Child= {child}"]
    return lines


SOUGHT_FATHER = (("Missing person", "Son"), ("Wife", "Son"))
DVI = [
    "", "[DVI]", "[[Unidentified persons]]", "nPersons= 2",
    "[[[Person 1 ]]]", *typed("K1", 4, "Male", D3S1358="15/16", TH01="6/6"),
    "[[[Person 2 ]]]", *typed("K2", 4, None, D3S1358="16/16"),
    "[[Notes]]", "nFamilies= 2", "",
    "[[Reference Families]]", "nFamilies= 2",
    "[[[Family 1 ]]]", "Name= F1", "[[[[Persons]]]]", "nPersons= 2",
    "[[[[[Person 1]]]]]", *typed("Son", 6, "Male", D3S1358="15/16.3", TH01="6/9.3"),
    "[[[[[Person 2]]]]]", *typed("Wife", 6, "Female"),
    "[[[[Pedigrees]]]]", "nPedigrees= 2",
    *pedigree(1, "Reference pedigree", *SOUGHT_FATHER), *pedigree(2, "Son", *SOUGHT_FATHER),
    "[[[Family 2 ]]]", "Name= F2", "[[[[Persons]]]]", "nPersons= 2",
    "[[[[[Person 1]]]]]", *typed("Son", 6, "Male", D3S1358="15/16"),
    "[[[[[Person 2]]]]]", *typed("Missing female 1", 6, "Female"),
    "[[[[Pedigrees]]]]", "nPedigrees= 2",
    *pedigree(1, "Reference pedigree"), *pedigree(2, "Two", ("Missing person", "Son"),
                                                  ("Missing person", "Missing female 1")),
    "[Prior]", "UseList= No", "Size= 100", *ADVANCED,
]  # fmt: skip

NOBODY = ["0", '"Known relations"', "0", "0", "0", "0"]
KINSHIP = [*HEAD, *PERSONS, *TREES, *DATABASE, *ADVANCED]
IDENTIFICATION = [*HEAD[:2], "3.1.9 (DVI)", HEAD[3], *NOBODY, *DATABASE, *DVI]


def fam(folder: Path, lines: list[str], ending: str = "\n", encoding: str = "utf-8") -> Path:
    path = folder / "case.fam"
    path.write_bytes((ending.join(lines) + ending).encode(encoding))
    return path


def swapped(lines: list[str], old: str, new: str) -> list[str]:
    """The lines with one piece of the text replaced, which is there once."""
    text = "\n".join(lines)
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    return text.replace(old, new).split("\n")
