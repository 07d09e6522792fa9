"""The demo's frequency tables: what they hold, where they are from, and that the tool makes them."""

import csv
import math
import tomllib
from importlib import resources

import numpy as np
import pytest

from amana.simulation import MutationSettings, demo_table, markers_of
from amana.simulation.incident import CONDITIONS
from tools import make_demo_frequencies

DATA = resources.files("amana.simulation").joinpath("data")


@pytest.mark.parametrize("name", ["levant", "west-asia"])
def test_each_table_has_23_markers_that_sum_to_one_with_source_and_licence(name):
    table = demo_table(name)
    assert len(table.loci) == 23
    assert "SE33" in table.loci
    assert all(math.fsum(f.values()) == pytest.approx(1, abs=1e-15) for f in table.loci.values())
    assert all(0 < f < 1 for freqs in table.loci.values() for f in freqs.values())
    assert table.source
    assert table.licence.startswith("MIT")
    assert any("inimum frequency" in note for note in table.notes)


def test_both_tables_have_the_same_markers_in_the_same_order():
    assert list(demo_table("levant").loci) == list(demo_table("west-asia").loci)


def test_the_levant_minimum_is_five_over_twice_the_fewest_people_counted():
    header = tomllib.loads(DATA.joinpath("frequencies.toml").read_text(encoding="utf-8"))["levant"]
    assert set(header["people"]) == set(demo_table("levant").loci)
    assert demo_table("levant").minimum == pytest.approx(5 / (2 * min(header["people"].values())), rel=1e-11)


def test_the_tables_differ_so_that_the_second_says_something():
    levant, west = demo_table("levant").loci, demo_table("west-asia").loci
    assert set(levant["SE33"]) - set(west["SE33"])
    assert set(west["SE33"]) - set(levant["SE33"])


def test_every_marker_has_an_amplicon_group():
    for name in ("partial", "poor"):
        assert set(CONDITIONS[name].lost) == set(demo_table("levant").loci)


def test_markers_carry_the_assumed_stepwise_mutation_and_without_settings_none():
    for marker in markers_of(demo_table("levant"), MutationSettings()):
        assert marker.mutation is not None
        assert (marker.mutation.model, marker.mutation.rate_male, marker.mutation.rate2) == (
            "stepwise",
            0.001,
            1e-6,
        )
        assert np.allclose(marker.mutation.male.sum(axis=1), 1, atol=1e-12, rtol=0)
    assert all(marker.mutation is None for marker in markers_of(demo_table("levant")))


def test_every_label_is_a_repeat_number():
    with DATA.joinpath("frequencies-levant.csv").open(encoding="utf-8") as lines:
        labels = [row["allele"] for row in csv.DictReader(lines)]
    assert labels == sorted(labels, key=float)


def test_the_tool_makes_the_packaged_tables_from_the_published_figures(reference_data, tmp_path, monkeypatch):
    monkeypatch.setattr(make_demo_frequencies, "OUT", tmp_path)
    monkeypatch.setenv("AMANA_REFERENCE_DATA", str(reference_data))
    assert make_demo_frequencies.main() == 0
    for name in ("frequencies.toml", "frequencies-levant.csv", "frequencies-west-asia.csv"):
        assert (tmp_path / name).read_bytes() == DATA.joinpath(name).read_bytes()


def test_the_tool_without_the_figures_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AMANA_REFERENCE_DATA", str(tmp_path))
    assert make_demo_frequencies.main() == 2
    assert "AMANA_REFERENCE_DATA" in capsys.readouterr().err
