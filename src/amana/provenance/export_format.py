"""The export of a log: JSON Lines, UTF-8, one thing a line.

``{"t":"header","v":1,"origin":…,"keys":[…],"made":…}`` comes first, then every entry in order of its index,
``{"t":"entry","i":0,"leaf":…,"salt":…,"values":…}`` (``"hash"`` too where the register kept one), every
current row, ``{"t":"row","object":[…],"schema":…,"values":…}``, and ``{"t":"checkpoint","note":…}``.
``salt`` and ``values`` are null where the text was erased with its subject's key, or is withheld.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

from amana.problems import InputProblem, InputProblems
from amana.provenance.entry import canonical, decode_url64, encode_url64
from amana.provenance.signed_note import Malformed, VerifierKey

LONGEST_LINE = 1 << 26
"""Bytes; a longer line is refused instead of filling the memory."""
MOST_PROBLEMS = 50
_ORDER = {"header": 0, "entry": 1, "row": 2, "checkpoint": 3}


@dataclass(frozen=True, slots=True)
class Header:
    """Which log this is, the keys that it names itself, and when the export was made."""

    origin: str
    keys: tuple[VerifierKey, ...]
    made: str


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """One entry as the register holds it.

    Attributes
    ----------
    index
        Its number, from 0.
    leaf
        Canonical JSON (:func:`amana.provenance.entry.leaf_bytes`).
    salt, values
        What its digests were made from; None where erased or withheld.
    stored_hash
        The leaf hash that was stored beside it, where there is one.
    """

    index: int
    leaf: bytes
    salt: bytes | None
    values: Mapping[str, Any] | None
    stored_hash: bytes | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One current row of an audited table; `values` None where withheld."""

    object: tuple[str, str]
    schema: str
    values: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """The text of a signed note, with whatever cosignatures it carries."""

    note: str


Record = Header | LoggedEntry | Row | SignedCheckpoint


def write_export(
    target: IO[bytes],
    header: Header,
    entries: Iterable[LoggedEntry],
    rows: Iterable[Row],
    checkpoints: Iterable[SignedCheckpoint],
) -> None:
    """Write an export as it comes; nothing is held in memory."""
    for record in _chained(header, entries, rows, checkpoints):
        target.write(export_line(record))


def _chained(header: Header, *parts: Iterable[Record]) -> Iterator[Record]:
    yield header
    for part in parts:
        yield from part


def export_line(record: Record) -> bytes:
    """One line of an export, with its newline."""
    line: dict[str, object]
    match record:
        case Header():
            keys = [str(key) for key in record.keys]
            line = {"t": "header", "v": 1, "origin": record.origin, "keys": keys, "made": record.made}
        case LoggedEntry():
            salt = None if record.salt is None else encode_url64(record.salt)
            line = {"t": "entry", "i": record.index, "leaf": record.leaf.decode()}
            line |= {"salt": salt, "values": record.values}
            if record.stored_hash is not None:
                line["hash"] = encode_url64(record.stored_hash)
        case Row():
            line = {"t": "row", "object": record.object, "schema": record.schema, "values": record.values}
        case SignedCheckpoint():
            line = {"t": "checkpoint", "note": record.note}
    return canonical(line) + b"\n"


def read_export(path: Path) -> Iterator[Record]:
    """Read an export (``.gz`` too) record by record.

    Raises
    ------
    InputProblems
        After the last line, with every line that does not follow the format.
    """
    problems: list[InputProblem] = []
    place, row = -1, 0
    try:
        with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as source:
            while line := source.readline(LONGEST_LINE):
                row += 1
                try:
                    kind, record = _parse_line(line)
                    if _ORDER[kind] < place or (kind == "header") != (place < 0):
                        raise Malformed("not in the order header, entries, rows, checkpoints")
                    place = _ORDER[kind]
                except (ValueError, TypeError, RecursionError) as error:
                    reason = str(error) or type(error).__name__
                    problems.append(InputProblem("log.line", path.name, row, params={"reason": reason}))
                    if len(problems) >= MOST_PROBLEMS:
                        break
                    continue
                yield record
    except (OSError, EOFError, zlib.error) as error:
        problems.append(InputProblem("file.unreadable", path.name, params={"reason": str(error)}))
    if place < 0 and not problems:
        problems.append(InputProblem("log.no-header", path.name))
    if problems:
        raise InputProblems(problems)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("a key stands twice")  # a reader could be shown the one and we the other
    return found


def _constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is no JSON number")


_decode = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant).decode


def _parse_line(line: bytes) -> tuple[str, Record]:
    text = line.decode()
    found = _decode(text)
    if not isinstance(found, dict):
        raise Malformed("not a JSON object")
    kind = found.pop("t", None)
    forms: dict[str, dict[str, Any]] = {
        "header": {"v": int, "origin": str, "keys": list, "made": str},
        "entry": {"i": int, "leaf": str, "salt": str | None, "values": dict | None},
        "row": {"object": list, "schema": str, "values": dict | None},
        "checkpoint": {"note": str},
    }
    expect = forms.get(kind if isinstance(kind, str) else "")
    if expect is None:
        raise Malformed("t is none of header, entry, row, checkpoint")
    stored = found.pop("hash", None) if kind == "entry" else None
    if found.keys() != expect.keys():
        raise Malformed(f"the keys of {kind} are {', '.join(expect)}")
    for name, types in expect.items():
        if not isinstance(found[name], types) or isinstance(found[name], bool):
            raise Malformed(f"{name} has the wrong type")
    return str(kind), _record(kind, found, stored)


def _record(kind: str, found: Mapping[str, Any], stored: object) -> Record:
    match kind:
        case "header":
            if found["v"] != 1 or not all(isinstance(key, str) for key in found["keys"]):
                raise Malformed("version 1, and keys as text")
            keys = tuple(VerifierKey.parse(key) for key in found["keys"])
            return Header(found["origin"], keys, found["made"])
        case "entry":
            salt = None if found["salt"] is None else _bytes_32(found["salt"])
            stored_hash = None if stored is None else _bytes_32(stored)
            return LoggedEntry(found["i"], found["leaf"].encode(), salt, found["values"], stored_hash)
        case "row":
            if len(found["object"]) != 2 or not all(isinstance(part, str) for part in found["object"]):
                raise Malformed("object is a type and an identifier")
            return Row((found["object"][0], found["object"][1]), found["schema"], found["values"])
    return SignedCheckpoint(found["note"])


def _bytes_32(text: object) -> bytes:
    data = decode_url64(text) if isinstance(text, str) else b""
    if len(data) != 32:
        raise Malformed("a salt or hash has 32 bytes")
    return data
