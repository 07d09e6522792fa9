"""Problems as sentences: place, isolation of identifiers, and that rendering never fails."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.problems import InputProblem, rendering
from amana.problems.rendering import codes, render, render_all, sentence

PARENT = InputProblem(
    "pedigree.unknown-parent", "families.csv", 7, "father", {"person": "P3", "parent": "P9"}
)


def test_an_english_line_says_where_what_and_what_to_do():
    assert render(PARENT, "en") == (
        "families.csv, row 7, column father: Person P3 names a father P9 who is not in the family. "
        "Remedy: Add a row for P9, or correct the identifier; "
        "leave the cell empty if the parent is not known."
    )


def test_an_arabic_line_isolates_every_identifier():
    line = render(PARENT, "ar")
    for identifier in ("families.csv", "7", "father", "P3", "P9"):
        assert f"\u2068{identifier}\u2069" in line
    assert line.count("\u2068") == line.count("\u2069")
    assert "الأب" in line
    assert "المطلوب:" in line


def test_english_isolates_arabic_names_only():
    problem = InputProblem("genotypes.nothing-usable", params={"sample": "عينة-7"})
    assert "\u2068عينة-7\u2069" in render(problem, "en")
    assert "\u2068" not in render(PARENT, "en")


def test_the_place_in_a_document_is_a_key():
    problem = InputProblem("json.nobody", "case.json", None, "am.F1", {"key": "am"})
    assert render(problem, "en").startswith("case.json, key am.F1: ")


def test_the_field_in_a_path_is_its_last_part():
    problem = InputProblem("pedigree.unknown-parent", "c.json", None, "am.F1[2].mother", PARENT.params)
    assert "names a mother P9" in render(problem, "en")


def test_a_problem_without_a_place():
    assert render(InputProblem("case.no-family"), "en").startswith("The case has no family.")


def test_a_warning_says_so_and_comes_last():
    warning = InputProblem("file.windows-1256", "r.csv", warning=True)
    first, second = render_all([warning, PARENT], "en").splitlines()
    assert second.startswith("Warning: r.csv: ")
    assert first.startswith("families.csv")
    assert render(warning, "ar").startswith("تنبيه:")


def test_lists_are_joined_and_cut():
    what, _ = sentence(
        "file.missing-column", {"column": "sex", "present": tuple(f"c{i}" for i in range(40))}, "en"
    )
    assert "c0, c1, " in what
    assert "c11, …" in what
    assert "c12" not in what
    assert "are: nothing." in sentence("file.missing-column", {"column": "sex", "present": ()}, "en")[0]


def test_words_in_both_languages():
    params = {"sample": "S1", "found": "F", "stated": "M"}
    assert "says female; here stands male" in sentence("genotypes.amelogenin-disagrees", params, "en")[0]
    assert "أنثى" in sentence("genotypes.amelogenin-disagrees", params, "ar")[0]
    rivals = {"rivals": "full_sibling, paternal_uncle_aunt"}
    assert "a full sibling, a paternal uncle or aunt" in sentence("support.not-weighed", rivals, "en")[0]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("code", codes("en"))
def test_every_sentence_is_rendered_even_without_its_values(code, language):
    what, remedy = sentence(code, {}, language)
    assert what
    assert "{" not in what + remedy


def test_an_unknown_code_is_shown_as_it_is():
    assert sentence("no.such-code", {"a": 1}, "en")[0] == "no.such-code: a=1."


def test_control_characters_do_not_reach_the_terminal():
    what, _ = sentence("sample.unknown", {"sample": "S\x1b[31m\n1"}, "en")
    assert what == "There is no genotype of sample S\ufffd[31m\ufffd1."


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda v: st.lists(v, max_size=3) | st.tuples(v) | st.dictionaries(st.text(max_size=2), v, max_size=2),
    max_leaves=4,
)


@given(
    code=st.sampled_from(list(codes("en"))) | st.text(max_size=5),
    params=st.dictionaries(st.sampled_from(["sample", "marker", "known", "person", "x", "field"]), VALUES),
    field=st.none() | st.text(max_size=5),
    language=st.sampled_from(["en", "ar"]),
)
def test_no_value_makes_rendering_fail(code, params, field, language):
    line = render(InputProblem(code, "f.csv", 2, field, params), language)
    assert len(line.splitlines()) == 1


def test_the_example_in_the_documentation_of_render():
    assert doctest.testmod(rendering).failed == 0
