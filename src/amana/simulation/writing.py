"""The demo as a folder: the case as people would bring it, and beside it the answer."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from amana import __version__
from amana.interchange import write_case_folder, write_frequency_table
from amana.problems import InputProblem, InputProblems
from amana.simulation.facts import CountClaim, Fact, MeasureClaim
from amana.simulation.incident import MISSING_SINCE, Demo

TRUTH_FILE = "truth.csv"
PEOPLE_FILE = "people.csv"
INCIDENT_FILE = "incident.toml"


def write_demo(demo: Demo, folder: str | Path) -> tuple[Path, ...]:
    """Write the case folder, and ``truth.csv``, ``people.csv`` and ``incident.toml`` beside the case's files.

    The bytes depend on the demo alone.

    Returns
    -------
    Every file in the folder, sorted by name.

    Raises
    ------
    InputProblems
        Where the folder is a file, or holds something else than an earlier demo.
    """
    folder = Path(folder)
    _refuse_what_is_not_ours(folder)
    folder.mkdir(parents=True, exist_ok=True)
    main, *others = demo.case.tables
    write_case_folder(dataclasses.replace(demo.case, tables=(main,)), folder)
    for table in others:
        write_frequency_table(table, folder / f"frequencies-{table.name.lower().replace(' ', '-')}.csv")
    for name, text in (
        (TRUTH_FILE, _truth(demo)),
        (PEOPLE_FILE, _people(demo)),
        (INCIDENT_FILE, _incident(demo)),
    ):
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return tuple(sorted(p for p in folder.iterdir() if p.is_file()))


def read_truth(folder: str | Path) -> dict[str, str | None]:
    """Victim to missing person, or None for nobody listed, from a folder made by :func:`write_demo`.

    Raises
    ------
    InputProblems
        Where the file is absent or is not of this form.
    """
    path = Path(folder) / TRUTH_FILE
    if not path.is_file():
        raise InputProblems([InputProblem("file.missing", file=TRUTH_FILE, params={"folder": str(folder)})])
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    if not rows or not {"unit", "missing"} <= set(rows[0]):
        raise InputProblems([InputProblem("simulate.not-a-truth", file=TRUTH_FILE)])
    return {row["unit"]: row["missing"] or None for row in rows}


def _refuse_what_is_not_ours(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputProblems([InputProblem("simulate.not-a-folder", file=str(folder))])
    if folder.is_dir() and any(folder.iterdir()) and not _is_demo(folder):
        raise InputProblems([InputProblem("simulate.folder-not-empty", file=str(folder))])


def _is_demo(folder: Path) -> bool:
    try:
        return tomllib.loads((folder / INCIDENT_FILE).read_text(encoding="utf-8")).get("synthetic") is True
    except (OSError, ValueError):
        return False


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _truth(demo: Demo) -> str:
    rows = (
        (
            unit,
            missing or "",
            demo.people[missing].name_en if missing else "",
            demo.people[missing].name_ar if missing else "",
        )
        for unit, missing in demo.truth.items()
    )
    return _csv(("unit", "missing", "name_en", "name_ar"), rows)


def _people(demo: Demo) -> str:
    missing = {m for family in demo.case.families for m in family.missing}
    rows = (
        (
            family.id,
            person.id,
            "missing" if person.id in missing else "typed" if person.id in family.profiles else "untyped",
            person.sex,
            person.born,
            MISSING_SINCE if person.id in missing else "",
            person.name_en,
            person.name_ar,
            person.mother[1],
            person.mother[0],
            "true",
        )
        for family in demo.case.families
        for person in (demo.people[p.id] for p in family.pedigree.persons)
    )
    header = (
        "family", "person", "role", "sex", "born", "missing_since", "name_en", "name_ar", "mother_en",
        "mother_ar", "synthetic",
    )  # fmt: skip
    return _csv(header, rows)


def _incident(demo: Demo) -> str:
    """TOML: what was reported first, what is invented after it."""
    mutation = demo.mutation
    parts = [
        "# [[fact]]: what was reported.  Everything else (people, positions, profiles) is synthetic.\n",
        _table(
            None,
            {
                "name": demo.case.name,
                "synthetic": True,
                "seed": demo.seed,
                "theta": demo.theta,
                "missing_since": MISSING_SINCE,
                "program": f"amana {__version__}",
            },
        ),
        _table("source", vars(demo.facts.source)),
        _table(
            "mutation",
            {
                "model": "stepwise",
                "rate_male": mutation.rate_male,
                "rate_female": mutation.rate_female,
                "range": mutation.range,
                "rate2": mutation.rate2,
                "basis": "assumed",
            },
        ),
    ]
    for fact in demo.facts.facts:
        parts.append(_fact(fact))
    for tension in demo.facts.tensions:
        parts.append(
            _table(
                "[tension]", {"facts": tension.facts, "kept": tension.kept, "statement": tension.statement}
            )
        )
    for spot in demo.spots:
        parts.append(
            _table("[spot]", {"id": spot.id, "east_m": spot.east, "north_m": spot.north, "synthetic": True})
        )
    for unit in demo.units:
        parts.append(_table("[unit]", {**vars(unit), "synthetic": True}))
    return "\n".join(parts)


def _fact(fact: Fact) -> str:
    plain = {
        "id": fact.id,
        "date": fact.date,
        "place": fact.place,
        "statement": fact.statement,
        "wording": fact.wording,
        "quoted": fact.quoted,
        "source": fact.source.id,
        "synthetic": False,
    }
    claims: tuple[tuple[str, tuple[CountClaim, ...] | tuple[MeasureClaim, ...]], ...] = (
        ("count", fact.counts),
        ("measure", fact.measures),
    )
    inner = [_table(f"[fact.{name}]", vars(claim)) for name, group in claims for claim in group]
    return "\n".join([_table("[fact]", plain), *inner])


def _table(name: str | None, values: Mapping[str, object]) -> str:
    lines = [] if name is None else [f"[{name}]"]
    lines += [f"{key} = {_value(value)}" for key, value in values.items() if value is not None]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")  # a TOML basic string
