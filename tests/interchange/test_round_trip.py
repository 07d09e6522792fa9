"""What is written is read back as the same, whatever its names and shapes."""

import dataclasses
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from amana.interchange import (
    read_case,
    read_frequency_table,
    read_joint_json,
    write_case_folder,
    write_frequency_table,
    write_joint_json,
)
from amana.kinship.joint.case import Family
from amana.kinship.mutation import Mutation
from amana.kinship.pedigree import Pedigree, Person
from amana.problems import InputProblems
from tests.interchange.base import edited, read, same_cases
from tests.interchange.strategies import cases


@settings(max_examples=60)
@given(cases())
def test_a_folder_reads_back_as_the_same_case(case):
    with tempfile.TemporaryDirectory() as folder:
        write_case_folder(case, folder)
        again = read_case(folder)
    same_cases(case, again)
    assert tuple(again.tables) == tuple(case.tables)
    assert {w.code for w in again.warnings} <= {
        "genotypes.nothing-usable",
        "eligible.sex-disagrees",
    }


@settings(max_examples=60)
@given(cases())
def test_json_reads_back_as_the_same_case(case):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.json"
        write_joint_json(case, path)
        again = read_joint_json(path)
    same_cases(case, again)
    assert tuple(again.tables) == tuple(case.tables)
    for a, b in zip(case.markers, again.markers, strict=True):
        if a.mutation is not None and b.mutation is not None:
            assert np.array_equal(a.mutation.male, b.mutation.male)
            assert np.array_equal(a.mutation.female, b.mutation.female)


@settings(max_examples=30)
@given(cases())
def test_a_frequency_table_reads_back_to_the_last_digit(case):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        write_frequency_table(case.tables[0], path)
        assert read_frequency_table(path) == case.tables[0]


def test_without_tables_the_markers_make_one(tmp_path):
    case = dataclasses.replace(read(tmp_path), tables=())
    write_case_folder(case, tmp_path / "again", manifest="the list")
    again = read_case(tmp_path / "again")
    same_cases(case, dataclasses.replace(again, name=case.name))
    assert [t.name for t in again.tables] == ["frequencies"]


def test_a_silent_allele_of_the_case_survives(tmp_path):
    case = read(tmp_path, {"case.toml": 'name = "q"\nsilent_frequency = 0.01'})
    write_case_folder(case, tmp_path / "again")
    same_cases(case, read_case(tmp_path / "again"))


def test_a_matrix_without_a_model_is_refused_before_anything_is_written(tmp_path):
    case = read(tmp_path)
    first = case.markers[0]
    matrix = np.array([[0.9, 0.1], [0.2, 0.8]])
    changed = dataclasses.replace(first, mutation=Mutation(matrix, matrix))
    with pytest.raises(InputProblems) as caught:
        write_case_folder(dataclasses.replace(case, markers=(changed, *case.markers[1:])), tmp_path / "again")
    assert [(p.code, p.field) for p in caught.value.problems] == [("write.custom-mutation", "D3S1358")]
    assert not (tmp_path / "again").exists()


def test_one_sample_name_for_two_profiles_is_refused(tmp_path):
    case = read(tmp_path)
    victim = dataclasses.replace(
        case.victims[0], profile=dataclasses.replace(case.victims[0].profile, sample="S1")
    )
    with pytest.raises(InputProblems) as caught:
        write_case_folder(dataclasses.replace(case, victims=(victim,)), tmp_path / "again")
    assert [p.code for p in caught.value.problems] == ["write.sample-twice"]


@pytest.mark.parametrize("role", ["father", "mother"])
def test_a_missing_parent_of_unknown_sex_stays_of_unknown_sex(tmp_path, role):
    case = read(tmp_path)
    child = Person("child", **{role: "parent"}, sex="M")
    profile = dataclasses.replace(case.families[0].profiles["dad"], sample="child")
    family = Family("F1", Pedigree([Person("parent"), child]), {"child": profile}, ("parent",))
    sexless = dataclasses.replace(case, families=(family,), eligible={"U1": ("parent",)})
    write_case_folder(sexless, tmp_path / "again")
    again = read_case(tmp_path / "again")
    same_cases(sexless, again)
    assert again.families[0].pedigree["parent"].sex is None
    assert not (tmp_path / "again" / "eligible.csv").exists()


@pytest.mark.parametrize(("cell", "sex"), [("", "M"), ("?", "M"), ("unknown", None), ("غير معروف", None)])
def test_an_empty_sex_follows_from_the_role_and_an_unknown_one_does_not(tmp_path, cell, sex):
    case = read(tmp_path, edited("families.csv", "F1,dad,,,M,S1", f"F1,dad,,,{cell},S1"))
    assert case.families[0].pedigree["dad"].sex == sex
