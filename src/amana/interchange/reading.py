"""Reading a case, whatever form it has."""

from __future__ import annotations

from pathlib import Path

from amana.interchange.case_folder import read_case_folder
from amana.interchange.familias_reading import read_familias_case
from amana.interchange.joint_json import read_joint_json
from amana.kinship.joint.case import Case
from amana.problems import InputProblem, InputProblems


def read_case(path: str | Path) -> Case:
    """A case from a folder of tables, one .json or .json.gz document, or the DVI part of a .fam file.

    ``Case.inputs`` holds the SHA-256 digest of every file that was read.

    Raises
    ------
    InputProblems
    """
    path = Path(path)
    if path.is_dir():
        return read_case_folder(path)
    if path.name.casefold().endswith((".json", ".json.gz")):
        return read_joint_json(path)
    if path.name.casefold().endswith(".fam"):
        return read_familias_case(path)
    code = "case.unknown-form" if path.exists() else "case.not-there"
    raise InputProblems([InputProblem(code, str(path))])
