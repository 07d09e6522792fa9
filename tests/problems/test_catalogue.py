"""The catalogue has a sentence in both languages for every code that the program uses."""

import ast
import re

import pytest

from amana.problems.rendering import catalogue, codes, placeholders

MAKERS = {"InputProblem", "Finding", "fault", "warn"}
LANGUAGES = ("en", "ar")


@pytest.fixture(scope="module")
def used(repository):
    """Patterns of the codes used, each with where."""
    found = {}
    for path in (repository / "src" / "amana").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", None)
            first = node.args[0]
            if name not in MAKERS:
                continue
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found[re.escape(first.value)] = f"{path.name}:{node.lineno}"
            elif isinstance(first, ast.JoinedStr):
                parts = [
                    re.escape(v.value) if isinstance(v, ast.Constant) else r"[\w-]+" for v in first.values
                ]
                found["".join(parts)] = f"{path.name}:{node.lineno}"
    return found


def test_the_search_for_codes_finds_them(used):
    assert len(used) > 100
    assert {re.escape("pedigree.unknown-parent"), r"pedigree\.[\w-]+\-wrong\-sex"} <= used.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_used_has_a_sentence(used, language):
    known = codes(language)
    absent = {code: at for code, at in used.items() if not any(re.fullmatch(code, k) for k in known)}
    assert absent == {}


def test_both_languages_have_the_same_codes_in_the_same_order():
    assert list(codes("en")) == list(codes("ar"))


def test_both_languages_have_the_same_forms_and_words():
    for table in ("form", "words"):
        assert list(catalogue("en")[table]) == list(catalogue("ar")[table])


@pytest.mark.parametrize("code", codes("en"))
def test_both_languages_name_the_same_values(code):
    one, other = codes("en")[code], codes("ar")[code]
    for part in ("what", "remedy"):
        assert (part in one) == (part in other)
        assert placeholders(one.get(part, "")) == placeholders(other.get(part, ""))


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_plain_names(language):
    for code, entry in codes(language).items():
        for part in entry.values():
            assert all(re.fullmatch(r"[a-z_][a-z0-9_]*", name) for name in placeholders(part)), code
            assert not re.search(r"\{[^{}]*:", part), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_whole_sentences(language):
    for code, entry in codes(language).items():
        for text in (entry["what"], entry.get("remedy", ".")):
            assert text.endswith((".", ". ", "؟")), code
            assert "  " not in text, code


def test_arabic_is_arabic_and_english_is_not():
    arabic = re.compile("[\u0600-\u06ff]")
    for code, entry in codes("ar").items():
        assert code == "problem.unknown-code" or arabic.search(entry["what"]), code
    for code, entry in codes("en").items():
        assert not arabic.search("".join(entry.values())), code


def test_the_isolates_are_set_by_the_program_and_not_by_hand():
    for entry in codes("ar").values():
        assert not {"\u2068", "\u2069"} & set("".join(entry.values()))
