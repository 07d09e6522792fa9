"""File formats in and out: the only package that knows them.

Every reader returns plain dataclasses or raises :class:`amana.problems.InputProblems`
with all faults at once.
The formats are described in ``docs/formats.md``.
"""

from amana.interchange.case_folder import read_case_folder
from amana.interchange.case_folder_writer import write_case_folder
from amana.interchange.case_toml import CaseSettings, read_case_settings
from amana.interchange.frequency_tables import read_frequency_table, write_frequency_table
from amana.interchange.genemapper import read_genemapper
from amana.interchange.joint_json import joint_document, read_joint_json, write_joint_json
from amana.interchange.kinship_cases import Expected, Hypothesis, KinshipCase, read_kinship_cases
from amana.interchange.linkage_ped import PedPerson, read_linkage_ped
from amana.interchange.reading import read_case

__all__ = [
    "CaseSettings",
    "Expected",
    "Hypothesis",
    "KinshipCase",
    "PedPerson",
    "joint_document",
    "read_case",
    "read_case_folder",
    "read_case_settings",
    "read_frequency_table",
    "read_genemapper",
    "read_joint_json",
    "read_kinship_cases",
    "read_linkage_ped",
    "write_case_folder",
    "write_frequency_table",
    "write_joint_json",
]
