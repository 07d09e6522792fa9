"""mutation.csv: the mutation model of each marker."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast, get_args

from amana.interchange.collecting import Problems
from amana.interchange.tables import Record, read_records
from amana.interchange.text import nearest, number
from amana.interchange.vocabulary import is_unknown, marker_key
from amana.kinship.markers import Marker
from amana.kinship.mutation import ModelName, mutation_model
from amana.problems import InputProblem, InputProblems

_MODELS = tuple(m for m in get_args(ModelName) if m != "custom")
_OTHER_NAMES = {"one-step": "onestep", "one step": "onestep", "uniform": "equal", "prop": "proportional",
                "extended stepwise": "stepwise", "no": "none", "": "none"}  # fmt: skip


@dataclass(frozen=True)
class MutationRow:
    """Model and parameters for one marker, or for all (``*``)."""

    marker: str
    model: ModelName
    rate_male: float
    rate_female: float
    range: float | None
    rate2: float | None
    row: int


def mutation_rows(data: bytes, file: str, problems: Problems) -> dict[str, MutationRow]:
    """Rows of mutation.csv by folded marker name, ``*`` for all others; faults are noted.

    An empty rate_female means the same as rate_male.
    """
    required, optional = ("marker", "model", "rate_male"), ("rate_female", "range", "rate2")
    found: dict[str, MutationRow] = {}
    for row in read_records(data, file, required, optional, problems):
        name, written = row["marker"], row["model"].casefold()
        model = _OTHER_NAMES.get(written, written)
        folded = name if name == "*" else marker_key(name)
        if not name:
            problems.fault("genotypes.no-marker", file, row.number, "marker")
        elif model not in _MODELS:
            problems.fault("mutation.unknown-model", file, row.number, "model", model=written, marker=name)
        elif folded in found:
            problems.fault(
                "mutation.marker-twice", file, row.number, "marker", marker=name, first_row=found[folded].row
            )
        else:
            values = {c: _value(row, c, file, problems) for c in ("rate_male", *optional)}
            male = values["rate_male"] or 0.0
            female = values["rate_female"]
            if values["rate_male"] is None and model != "none":
                problems.fault("mutation.no-rate", file, row.number, "rate_male", marker=name)
            found[folded] = MutationRow(
                name, cast(ModelName, model), male, male if female is None else female,
                values["range"], values["rate2"], row.number,
            )  # fmt: skip
    return found


def _value(row: Record, column: str, file: str, problems: Problems) -> float | None:
    text = row[column]
    if is_unknown(text) and text != "0":
        return None
    value = number(text)
    if value is None or not 0 <= value <= (float("inf") if column == "range" else 1.0):
        problems.fault("value.rate", file, row.number, column, value=text)
        return 0.0
    return value


def with_mutation(
    markers: Sequence[Marker],
    rows: dict[str, MutationRow],
    file: str,
    problems: Problems,
    known: Sequence[str],
) -> tuple[Marker, ...]:
    """The markers with their models; ``known`` are the marker names that a row may name."""
    folded_known = {marker_key(k) for k in known}
    for folded, row in rows.items():
        if folded != "*" and folded not in folded_known:
            problems.fault(
                "mutation.unknown-marker",
                file,
                row.row,
                "marker",
                marker=row.marker,
                known=nearest(row.marker, known),
            )
    found = []
    for marker in markers:
        chosen = rows.get(marker_key(marker.name), rows.get("*"))
        if chosen is not None:
            try:
                mutation = mutation_model(
                    chosen.model, marker.alleles, marker.frequencies, chosen.rate_male, chosen.rate_female,
                    chosen.range, chosen.rate2, marker.silent,
                )  # fmt: skip
                marker = dataclasses.replace(marker, mutation=mutation)
            except InputProblems as error:
                problems.extend(_placed(p, marker, chosen, file) for p in error.problems)
        found.append(marker)
    return tuple(found)


def _placed(problem: InputProblem, marker: Marker, row: MutationRow, file: str) -> InputProblem:
    field = {"rate": "rate_male", "allele": "model"}.get(problem.field or "", problem.field)
    # What is wrong with the parameters themselves is wrong once, however many markers the row stands for.
    own = "allele" in problem.params or problem.code == "mutation.rate-too-high"
    named = marker.name if own else row.marker
    return dataclasses.replace(
        problem, file=file, row=row.row, field=field, params={**problem.params, "marker": named}
    )
