"""CODIS Common Message Format 3.x (.xml, .cmf): profiles in and out.

Layout, loci and lengths follow the CODIS 3.2 import schema as NCBI's OSIRIS writes it (nwxXmlCMF.cpp), and
the loci of 3.3 as laboratories' programs list them.  A homozygote stands once in it.
"""

from __future__ import annotations

import xml.etree.ElementTree as Tree
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from amana.interchange.collecting import Problems
from amana.interchange.text import clean, read_bytes
from amana.interchange.typings import Reading, collect, profile
from amana.interchange.vocabulary import marker_key
from amana.interchange.whole_files import write_whole
from amana.kinship.joint.case import Case, Family
from amana.kinship.profiles import Profile
from amana.problems import InputProblem

NAMESPACE = "urn:CODISImportFile-schema"
_ROOTS = ("CODISImportFile", "CODISRapidImportFile")
_LINE = "{urn:amana:line}n"
_YES = frozenset({"true", "1", "yes"})

LOCI_32 = ("Amelogenin", "CSF1PO", "D13S317", "D16S539", "D18S51", "D19S433", "D21S11", "D2S1338", "D3S1358",
           "D5S818", "D7S820", "D8S1179", "FGA", "Penta D", "Penta E", "TH01", "TPOX", "vWA")  # fmt: skip
LOCI_33 = (*LOCI_32, "D10S1248", "D12S391", "D1S1656", "D22S1045", "D2S441", "D6S1043", "SE33")


@dataclass(frozen=True)
class Sender:
    """What the head of a message says; ``time`` as in XML, such as ``2026-01-31T12:00:00``."""

    destination: str
    laboratory: str
    user: str
    time: str


def read_cmf(path: str | Path) -> Mapping[str, Profile]:
    """Profiles by specimen.  Amelogenin is left out; one allele is a homozygote except in partial specimens.

    Raises
    ------
    InputProblems
    """
    path = Path(path)
    problems = Problems()
    data = read_bytes(path, path.name, problems)
    readings = cmf_readings(data, path.name, problems) if data is not None else []
    typings = collect(readings, path.name, problems)
    names: dict[str, str] = {}
    for typing in typings.values():
        for folded, name in typing.names.items():
            names.setdefault(folded, name)
    found = {s: profile(t, names, problems) for s, t in typings.items()}
    problems.raise_faults()
    return found


def cmf_readings(data: bytes, file: str, problems: Problems) -> list[Reading]:
    """Readings of every specimen; faults of form are noted."""
    root = _parsed(data, file, problems)
    if root is None:
        return []
    if _local(root) not in _ROOTS:
        problems.fault("cmf.not-cmf", file, _line(root), found=_local(root)[:60])
        return []
    version = _text(root, "HEADERVERSION")
    if _local(root) == _ROOTS[0] and not (version == "3" or version.startswith("3.")):
        problems.fault("cmf.version", file, _line(root), "HEADERVERSION", found=version[:60])
        return []
    specimens = list(_children(root, "SPECIMEN"))
    if not specimens:
        problems.fault("cmf.no-specimen", file, _line(root), "SPECIMEN")
    found: list[Reading] = []
    seen: set[str] = set()
    for specimen in specimens:
        name = _text(specimen, "SPECIMENID")
        if not name:
            problems.fault("cmf.no-identifier", file, _line(specimen), "SPECIMENID")
            continue
        if name in seen:
            problems.fault("cmf.specimen-twice", file, _line(specimen), "SPECIMENID", sample=name)
        seen.add(name)
        found += _readings(specimen, name, file, problems)
    return found


def _readings(specimen: Tree.Element, name: str, file: str, problems: Problems) -> Iterator[Reading]:
    partial = (specimen.get("PARTIAL") or _text(specimen, "PARTIAL")).casefold() in _YES
    for locus in _children(specimen, "LOCUS"):
        marker = _text(locus, "LOCUSNAME")
        if not marker:
            problems.fault("cmf.no-locus", file, _line(locus), "LOCUSNAME", sample=name)
            continue
        values = [v for a in _children(locus, "ALLELE") if (v := _text(a, "ALLELEVALUE"))]
        # Above or below the ladder: an allele that exists and has no name.
        cells = ["OL" if v[0] in "<>" else v for v in values]
        if len(cells) == 1:
            cells.append("?" if partial else cells[0])
        yield Reading(name, marker, tuple(cells), _line(locus), ("ALLELEVALUE",) * len(cells))


class _WithLines(Tree.TreeBuilder):
    """Notes for each element the line where it begins."""

    expat: Any = None

    def start(self, tag: Any, attrs: Any) -> Tree.Element:
        element = super().start(tag, attrs)
        element.set(_LINE, str(self.expat.CurrentLineNumber))
        return element


def _parsed(data: bytes, file: str, problems: Problems) -> Tree.Element | None:
    builder = _WithLines()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.expat = parser.parser
    try:
        parser.feed(data)
        root: Tree.Element = parser.close()
        return root
    except DefusedXmlException:
        problems.fault("cmf.entities", file)
    except Tree.ParseError as error:
        problems.fault("cmf.not-xml", file, error.position[0])
    except (LookupError, ValueError):  # an encoding that nobody knows
        problems.fault("cmf.not-xml", file)
    return None


def _local(element: Tree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: Tree.Element, name: str) -> Iterator[Tree.Element]:
    return (child for child in element if _local(child) == name)


def _text(element: Tree.Element, name: str) -> str:
    return clean(next((child.text or "" for child in _children(element, name)), ""))


def _line(element: Tree.Element) -> int:
    return int(element.get(_LINE, "1"))


# --- Writing ----------------------------------------------------------------------------------------


def write_cmf(case: Case, path: str | Path, sender: Sender) -> tuple[InputProblem, ...]:
    """Write all profiles of a case as one message of version 3.2, or 3.3 where a locus needs it.

    Returns
    -------
    Warnings that name what the format has no place for.

    Raises
    ------
    InputProblems
        before anything is written: for loci or typings that the format does not know, and too long texts.
    """
    problems = Problems()
    profiles = [(v.profile, "Unidentified Person") for v in case.victims]
    profiles += [(p, _category(f, person)) for f in case.families for person, p in f.profiles.items()]
    loci = {m.name: n for m in case.markers for n in LOCI_33 if marker_key(n) == marker_key(m.name)}
    used = {m for p, _ in profiles for m, call in p.calls.items() if any(call)}
    for name in sorted(used - loci.keys()):
        problems.fault("cmf.locus", field=name, marker=name)
    _check_length(sender.destination, 10, "destination-ori", problems)
    _check_length(sender.laboratory, 10, "source-lab", problems)
    _check_length(sender.user, 20, "user", problems)
    version = "3.2" if all(loci.get(m, "") in LOCI_32 for m in used) else "3.3"
    root = Tree.Element("CODISImportFile", xmlns=NAMESPACE)
    head = {
        "HEADERVERSION": version,
        "MESSAGETYPE": "Import",
        "DESTINATIONORI": sender.destination,
        "SOURCELAB": sender.laboratory,
        "SUBMITBYUSERID": sender.user,
        "SUBMITDATETIME": sender.time,
    }
    for tag, text in head.items():
        Tree.SubElement(root, tag).text = text
    seen: set[str] = set()
    for p, category in profiles:
        if p.sample in seen:
            problems.fault("write.sample-twice", field=p.sample, sample=p.sample)
        seen.add(p.sample)
        _specimen(root, p, category, loci, sender, problems)
    if any(p.dropout or p.dropin for p, _ in profiles):
        problems.warn("cmf.chances")
    problems.raise_faults()
    Tree.indent(root)
    text = '<?xml version="1.0" encoding="UTF-8"?>\n' + Tree.tostring(root, encoding="unicode")
    write_whole(path, text.split("\n"), "\n")
    return problems.warnings


def _specimen(
    root: Tree.Element, p: Profile, category: str, loci: Mapping[str, str], sender: Sender, problems: Problems
) -> None:
    _check_length(p.sample, 24, p.sample, problems)
    if p.replicates:
        problems.fault("cmf.replicates", field=p.sample, sample=p.sample)
    calls = {loci[m]: c for m, c in p.calls.items() if any(c) and m in loci}
    partial = any(None in c for c in calls.values())
    twice = tuple(m for m, c in calls.items() if c[0] == c[1])
    if partial and twice:
        problems.fault("cmf.one-allele", field=p.sample, sample=p.sample, markers=twice)
    specimen = Tree.SubElement(root, "SPECIMEN", {"PARTIAL": "true"} if partial else {})
    Tree.SubElement(specimen, "SPECIMENID").text = p.sample
    Tree.SubElement(specimen, "SPECIMENCATEGORY").text = category
    for marker, call in calls.items():
        locus = Tree.SubElement(specimen, "LOCUS")
        Tree.SubElement(locus, "LOCUSNAME").text = marker
        Tree.SubElement(locus, "READINGBY").text = sender.user
        Tree.SubElement(locus, "READINGDATETIME").text = sender.time
        for value in dict.fromkeys(a for a in call if a is not None):
            _check_length(value, 10, p.sample, problems)
            Tree.SubElement(Tree.SubElement(locus, "ALLELE"), "ALLELEVALUE").text = value


def _check_length(text: str, limit: int, field: str, problems: Problems) -> None:
    if not 0 < len(text) <= limit or clean(text) != text or not text.isprintable():
        problems.fault("cmf.text", field=field, text=text, limit=limit)


def _category(family: Family, person: str) -> str:
    """What a relative is to the only missing person of a family, in the words of the schema."""
    if len(family.missing) == 1:
        tree, missing = family.pedigree, family.pedigree[family.missing[0]]
        other, parents = tree[person], {missing.father, missing.mother} - {None}
        children: Iterable[str] = tree.children[missing.id]
        if person == missing.father:
            return "Biological Father"
        if person == missing.mother:
            return "Biological Mother"
        if person in children:
            return "Biological Child"
        if len(parents) == 2 and {other.father, other.mother} == parents:
            return "Biological Sibling"
        if set(children) & set(tree.children[person]):
            return "Spouse"
    return "Other"
