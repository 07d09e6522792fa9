"""Simulated registers: descent, mutation, shapes, truth, and the files they are written as."""

from __future__ import annotations

import csv
import gzip
import json

import numpy as np
import pytest

from amana.cli.entry import main
from amana.interchange import read_families, read_frequency_table, read_register, read_remains
from amana.kinship.pedigree import Pedigree
from amana.problems import InputProblems
from amana.simulation import simulate_register, write_register
from amana.simulation.register import (
    CLASSES,
    MUTATION,
    POOR,
    SHARE_OF_COUSINS,
    SHARE_OF_KNOWN,
    SHARE_OF_TWO_MISSING,
    shapes,
)


@pytest.fixture(scope="module")
def register():
    return simulate_register(3000, 4000, seed=7)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("register")
    write_register(simulate_register(400, 300, seed=5), place)
    return place


def close(count: float, n: int, share: float) -> bool:
    """Within four standard deviations of a binomial count."""
    return abs(count - n * share) < 4 * np.sqrt(n * share * (1 - share))


def transmissions(register):
    """Every parent's pair of alleles, the child's allele from that parent, marker and role."""
    for one in register.families:
        index = one.shape.pedigree.index
        for child in one.shape.pedigree.persons:
            for slot, parent in enumerate((child.father, child.mother)):
                if parent is not None:
                    for m in range(len(register.markers)):
                        given = one.alleles[:, index[child.id], m, slot]
                        yield one.alleles[:, index[parent], m], given, m, slot


def test_without_mutation_every_allele_is_one_of_the_parents():
    register = simulate_register(10, 300, seed=3, mutation=None)
    for parent, given, _, _ in transmissions(register):
        assert (parent == given[:, None]).any(axis=1).all()


def test_alleles_that_a_parent_lacks_are_as_many_as_the_matrices_make(register):
    expected, seen = np.zeros(2), np.zeros(2)
    for parent, given, m, slot in transmissions(register):
        mutation = register.markers[m].mutation
        matrix = mutation.male if slot == 0 else mutation.female
        rows = np.arange(len(parent))
        for chosen in (0, 1):  # either allele is handed down with probability one half
            handed = matrix[parent[:, chosen]]
            same = parent[:, 0] == parent[:, 1]
            own = handed[rows, parent[:, 0]] + np.where(same, 0.0, handed[rows, parent[:, 1]])
            expected[slot] += 0.5 * (1 - own).sum()
        seen[slot] += (parent != given[:, None]).all(axis=1).sum()
    assert (seen > 100).all()
    assert (np.abs(seen - expected) < 4 * np.sqrt(expected)).all()  # a sum of rare events: Poisson
    assert (MUTATION.rate_male, MUTATION.rate_female) == (0.002, 0.001)
    assert seen[0] > seen[1]


def test_a_step_of_one_repeat_is_the_most_frequent_change(register):
    steps = []
    for parent, given, m, _ in transmissions(register):
        labels = np.array([float(a) for a in register.markers[m].alleles])
        lacking = (parent != given[:, None]).all(axis=1)
        steps += np.abs(labels[given[lacking], None] - labels[parent[lacking]]).min(axis=1).tolist()
    assert np.mean(np.isclose(steps, 1)) > 0.8


def test_there_are_twenty_one_markers_or_more_and_se33(register):
    assert len(register.markers) >= 21
    assert "SE33" in {m.name for m in register.markers}
    assert all(m.chromosome == "autosomal" and m.mutation is not None for m in register.markers)


def test_founders_have_the_frequencies_of_the_table(register):
    where = next(i for i, m in enumerate(register.markers) if m.name == "TH01")
    marker = register.markers[where]
    founders = np.concatenate([
        one.alleles[:, i, where].ravel()
        for one in register.families
        for i, p in enumerate(one.shape.pedigree.persons) if p.father is None and p.mother is None
    ])  # fmt: skip
    counts = np.bincount(founders, minlength=len(marker.alleles))
    for count, p in zip(counts, marker.frequencies, strict=True):
        assert close(count, len(founders), p)


def test_the_shapes_come_in_their_shares(register):
    n = sum(len(one.numbers) for one in register.families)
    assert sorted(np.concatenate([one.numbers for one in register.families]).tolist()) == list(range(4000))
    names = {one.shape.name.split("-")[0] for one in register.families}
    assert names == {"parents", "mother", "sibling", "siblings", "children", "wider"}
    for name in names:
        mine = [one for one in register.families if one.shape.name.split("-")[0] == name]
        assert close(sum(len(one.numbers) for one in mine), n, 1 / 6)
    cousins = sum(len(one.numbers) for one in register.families if one.shape.cousin_parents)
    two = sum(len(one.numbers) for one in register.families if len(one.shape.missing) == 2)
    assert close(cousins, n, SHARE_OF_COUSINS)
    assert close(two, n, SHARE_OF_TWO_MISSING)


def ancestors(pedigree: Pedigree, person: str) -> set[str]:
    parents = {p for p in (pedigree[person].father, pedigree[person].mother) if p is not None}
    return parents.union(*(ancestors(pedigree, p) for p in parents))


def test_the_loop_is_there_where_the_parents_are_cousins_and_nowhere_else():
    for shape in shapes():
        assert not set(shape.typed) & set(shape.missing)
        for person in shape.missing:
            shared = ancestors(shape.pedigree, "father") & ancestors(shape.pedigree, "mother")
            assert {"father", "mother"} <= ancestors(shape.pedigree, person)
            assert bool(shared) == shape.cousin_parents
            assert shared <= {"ancestor", "ancestress"}
            assert not shared & set(shape.typed)


def test_cousins_children_are_as_inbred_as_they_must_be():
    register = simulate_register(1, 6000, seed=2, mutation=None)
    same = expected = n = 0.0
    for one in register.families:
        if one.shape.cousin_parents:
            genes = one.alleles[:, one.shape.pedigree.index["missing"]]
            same += (genes[..., 0] == genes[..., 1]).sum()
            n += genes.shape[0] * genes.shape[1]
            for m in register.markers:
                match = float((np.asarray(m.frequencies) ** 2).sum())
                expected += genes.shape[0] * (1 / 16 + 15 / 16 * match)  # F = 1/16 of first cousins' child
    assert abs(same - expected) < 4 * np.sqrt(expected * (1 - expected / n))


def test_the_truth_is_the_person_whose_alleles_the_bone_shows(register):
    remains = register.remains
    known = remains.family >= 0
    assert known.sum() == round(len(known) * SHARE_OF_KNOWN)
    pairs = list(zip(remains.family[known].tolist(), remains.person[known].tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    where = {int(f): (one, row) for one in register.families for row, f in enumerate(one.numbers)}
    for r in np.flatnonzero(known):
        one, row = where[int(remains.family[r])]
        person = one.shape.pedigree.persons[remains.person[r]]
        assert person.id in one.shape.missing
        assert (person.sex == "M") == remains.male[r]
        true, shown = np.sort(one.alleles[row, remains.person[r]], axis=1), remains.calls[r]
        if remains.dropout[r] == 0:
            assert (shown == true).all()
        else:
            typed = shown[:, 0] >= 0
            assert (shown[typed, :, None] == true[typed, None, :]).any(axis=2).all()


def test_drop_out_is_as_declared_by_class(register):
    remains = register.remains
    share, dropout, untyped = POOR
    poor = np.array([c == "poor" for c in remains.classes])
    assert set(remains.classes) == set(CLASSES)
    assert close(poor.sum(), len(poor), share)
    assert set(remains.dropout[poor]) == {dropout}
    assert set(remains.dropout[~poor]) == {0.0}
    assert (remains.calls[~poor] >= 0).all()
    nothing = (remains.calls[poor] < 0).all(axis=2)
    assert ((remains.calls[poor] < 0).any(axis=2) == nothing).all()
    # Not typed at all, or both copies dropped.
    assert close(nothing.sum(), nothing.size, untyped + (1 - untyped) * dropout**2)
    # Of unrelated remains: homozygous for what is typed, or with one of two copies dropped.
    stranger = remains.calls[poor & (remains.family < 0)]
    single = n = expected = 0.0
    for m, marker in enumerate(register.markers):
        calls = stranger[stranger[:, m, 0] >= 0, m]
        hom = float((np.asarray(marker.frequencies) ** 2).sum())
        shown = 1 - dropout**2
        single += (calls[:, 0] == calls[:, 1]).sum()
        n += len(calls)
        expected += len(calls) * (hom + (1 - hom) * 2 * dropout * (1 - dropout) / shown)
    assert abs(single - expected) < 4 * np.sqrt(expected * (1 - expected / n))


def test_more_remains_than_missing_people_use_each_once():
    register = simulate_register(100, 3, seed=1)
    sought = sum(len(one.numbers) * len(one.shape.missing) for one in register.families)
    assert (register.remains.family >= 0).sum() == sought


def test_the_same_seed_gives_the_same_bytes_and_another_others(tmp_path, folder):
    first = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert {data[4:8] for name, data in first.items() if name.endswith(".gz")} == {bytes(4)}  # no time of day
    files = write_register(simulate_register(400, 300, seed=5), tmp_path / "same")
    assert {p.name: p.read_bytes() for p in files} == first
    other = write_register(simulate_register(400, 300, seed=6), tmp_path / "other")
    changed = {p.name for p in other if p.read_bytes() != first[p.name]}
    assert changed == {"remains.csv.gz", "families.csv.gz", "truth.csv.gz", "README.txt"}


def test_the_files_are_read_as_what_was_simulated(folder):
    register = simulate_register(400, 300, seed=5)
    labels = {m.name: m.alleles for m in register.markers}
    remains = read_remains(folder / "remains.csv.gz", labels)
    assert remains.labels == labels
    np.testing.assert_array_equal(remains.calls, register.remains.calls)
    np.testing.assert_array_equal(remains.dropout, register.remains.dropout)
    np.testing.assert_array_equal(remains.sexes == 0, register.remains.male)
    assert remains.classes == register.remains.classes
    families = read_families(folder / "families.csv.gz", labels)
    assert families.labels == labels
    assert len(families.starts) == 301
    for one in register.families:
        for row, number in enumerate(one.numbers.tolist()):
            start, stop = families.starts[number], families.starts[number + 1]
            assert families.persons[start:stop] == tuple(one.shape.pedigree.index)
            for i, p in enumerate(one.shape.pedigree.persons):
                at = start + i
                assert families.missing[at] == (p.id in one.shape.missing)
                for parent, rows in ((p.father, families.fathers), (p.mother, families.mothers)):
                    assert (families.persons[rows[at]] if rows[at] >= 0 else None) == parent
                true = np.sort(one.alleles[row, i], axis=1) if p.id in one.shape.typed else -1
                assert (families.calls[at] == true).all()


def test_a_screening_can_be_made_of_the_files(folder):
    names = ("remains.csv.gz", "families.csv.gz", "frequencies.csv", "mutation.csv")
    found = read_register(*(folder / name for name in names))
    assert found.warnings == ()
    assert len(found.remains.ids) == 400
    assert len(set(found.register.families)) == 300
    assert all(m.mutation is not None and m.mutation.model == "stepwise" for m in found.panel.markers)
    targets = set(zip(found.register.families, found.register.missing, strict=True))
    with gzip.open(folder / "truth.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    known = {(r["family"], r["missing"]) for r in rows if r["family"]}
    assert len(known) == round(400 * SHARE_OF_KNOWN)
    assert known <= targets
    assert all(not r["missing"] for r in rows if not r["family"])
    assert tuple(r["remains"] for r in rows) == found.remains.ids


def test_the_files_say_that_all_is_invented(folder):
    text = (folder / "README.txt").read_text(encoding="utf-8")
    assert "Synthetic" in text
    assert "invented" in text
    assert "truth.csv.gz" in text
    assert read_frequency_table(folder / "frequencies.csv").licence == "MIT (fafreqs)"


def test_no_mutation_is_written_as_none(tmp_path):
    write_register(simulate_register(5, 5, mutation=None), tmp_path)
    names = ("remains.csv.gz", "families.csv.gz", "frequencies.csv", "mutation.csv")
    found = read_register(*(tmp_path / name for name in names))
    assert all(m.mutation is None for m in found.panel.markers)


def test_a_real_register_is_not_written_over(tmp_path):
    register = simulate_register(5, 5)
    real = tmp_path / "real"
    real.mkdir()
    (real / "remains.csv.gz").write_bytes(b"not ours")
    with pytest.raises(InputProblems, match=r"simulate\.folder-not-empty"):
        write_register(register, real)
    assert [p.read_bytes() for p in real.iterdir()] == [b"not ours"]
    write_register(register, tmp_path / "ours")
    write_register(register, tmp_path / "ours")
    (tmp_path / "ours" / "notes.txt").write_text("mine")
    with pytest.raises(InputProblems, match=r"simulate\.folder-not-empty"):
        write_register(register, tmp_path / "ours")
    with pytest.raises(InputProblems, match=r"simulate\.not-a-folder"):
        write_register(register, tmp_path / "ours" / "notes.txt")


def test_faults_are_found_at_once():
    with pytest.raises(InputProblems) as found:
        simulate_register(0, -1, seed=-1)
    assert [(p.code, p.field) for p in found.value.problems] == [
        ("simulate.count-range", "remains"),
        ("simulate.count-range", "families"),
        ("simulate.seed-range", "seed"),
    ]


def asked(out, remains: str = "30", families: str = "20") -> list[str]:
    return ["simulate", "register", "--remains", remains, "--families", families, "--out", str(out)]


def test_the_verb_writes_and_says_what(capsys, tmp_path):
    assert main([*asked(tmp_path / "a"), "--seed", "4", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["remains"], said["families"], said["remains_known"]) == (30, 20, 9)
    assert said["synthetic"] is True
    assert said["files"] == sorted(p.name for p in (tmp_path / "a").iterdir())
    for language, word in (("en", "remains profiles"), ("ar", "بصمات وراثية للرفات")):
        assert main([*asked(tmp_path / "a"), "--seed", "4", "--lang", language]) == 0
        assert word in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("0", "5"), "remains"),
        (("5", "-1"), "-1"),
        (("5", "5", "--seed", "-3"), "-3"),
    ],
)
def test_wrong_input_ends_with_2_and_writes_nothing(capsys, tmp_path, arguments, said):
    remains, families, *more = arguments
    out = tmp_path / "new"
    assert main([*asked(out, remains, families), *more]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert said in found.err
    assert "Traceback" not in found.err
    assert not out.exists()


def test_a_folder_with_other_things_ends_with_2(capsys, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    assert main(asked(tmp_path)) == 2
    assert str(tmp_path) in capsys.readouterr().err
