"""File formats in and out: the only package that knows them.

Every reader returns plain dataclasses or raises :class:`amana.problems.InputProblems`
with all faults at once.
The formats are described in ``docs/formats.md``.
"""

from amana.interchange.case_folder import read_case_folder
from amana.interchange.case_folder_writer import write_case_folder
from amana.interchange.case_toml import CaseSettings, read_case_settings
from amana.interchange.codis_cmf import Sender, read_cmf, write_cmf
from amana.interchange.familias_reading import read_familias_case, read_familias_kinship
from amana.interchange.familias_writer import write_familias_case, write_familias_kinship
from amana.interchange.frequency_tables import read_frequency_table, write_frequency_table
from amana.interchange.gazetteer_files import Area, Gazetteer, GazetteerPlace
from amana.interchange.gazetteer_files_csv import read_gazetteer_csv, read_ocha
from amana.interchange.gazetteer_files_geonames import read_geonames
from amana.interchange.gazetteer_files_reading import read_gazetteer
from amana.interchange.genemapper import read_genemapper
from amana.interchange.joint_json import joint_document, read_joint_json, write_joint_json
from amana.interchange.kinship_cases import holds_kinship_cases, read_kinship_cases
from amana.interchange.kinship_records import Expected, Hypothesis, KinshipCase
from amana.interchange.linkage_ped import PedPerson, read_linkage_ped
from amana.interchange.prepared_files import (
    PreparedFolder,
    read_prepared,
    read_remains_for,
    update_prepared,
)
from amana.interchange.reading import read_case
from amana.interchange.register_tables import (
    FamiliesTable,
    RegisterInput,
    RemainsTable,
    read_families,
    read_register,
    read_remains,
)
from amana.interchange.screening_files import (
    HITS_COLUMNS,
    check_complete,
    fingerprint,
    read_part,
    write_hits,
    write_part,
)
from amana.interchange.spot_rows import SpotFile, SpotRow
from amana.interchange.spots import read_spots
from amana.interchange.spots_csv import read_spots_csv, write_spots_csv
from amana.interchange.spots_geojson import read_spots_geojson, write_spots_geojson
from amana.interchange.spots_gpx import read_spots_gpx, write_spots_gpx
from amana.interchange.unit_rows import UnitFile, UnitRow
from amana.interchange.units_table import examine_units, read_units, units_csv, units_workbook

__all__ = [
    "HITS_COLUMNS",
    "Area",
    "CaseSettings",
    "Expected",
    "FamiliesTable",
    "Gazetteer",
    "GazetteerPlace",
    "Hypothesis",
    "KinshipCase",
    "PedPerson",
    "PreparedFolder",
    "RegisterInput",
    "RemainsTable",
    "Sender",
    "SpotFile",
    "SpotRow",
    "UnitFile",
    "UnitRow",
    "check_complete",
    "examine_units",
    "fingerprint",
    "holds_kinship_cases",
    "joint_document",
    "read_case",
    "read_case_folder",
    "read_case_settings",
    "read_cmf",
    "read_familias_case",
    "read_familias_kinship",
    "read_families",
    "read_frequency_table",
    "read_gazetteer",
    "read_gazetteer_csv",
    "read_genemapper",
    "read_geonames",
    "read_joint_json",
    "read_kinship_cases",
    "read_linkage_ped",
    "read_ocha",
    "read_part",
    "read_prepared",
    "read_register",
    "read_remains",
    "read_remains_for",
    "read_spots",
    "read_spots_csv",
    "read_spots_geojson",
    "read_spots_gpx",
    "read_units",
    "units_csv",
    "units_workbook",
    "update_prepared",
    "write_case_folder",
    "write_cmf",
    "write_familias_case",
    "write_familias_kinship",
    "write_frequency_table",
    "write_hits",
    "write_joint_json",
    "write_part",
    "write_spots_csv",
    "write_spots_geojson",
    "write_spots_gpx",
]
