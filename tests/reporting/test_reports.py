"""Reports as data and as PDF.  The case is synthetic."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from amana.kinship.joint.case import Case, Family, Victim
from amana.kinship.joint.result import Conclusion, Finding, Identification, Settings
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile
from amana.problems import Language
from amana.reporting import write_reports
from amana.reporting.annex import laboratory_annex
from amana.reporting.context import Context
from amana.reporting.incident import incident_report
from amana.reporting.texts import to_text
from amana.reporting.typesetting import TEMPLATE, _compiler, pdf
from amana.reporting.victim import victim_report
from amana.reporting.writing import file_names
from tests.reporting import synthetic

LANGUAGES: tuple[Language, ...] = ("en", "ar")


def context(
    language: Language = "en", case: Case | None = None, result: Identification | None = None
) -> Context:
    return Context(case or synthetic.case(), result or synthetic.identification(), language, "1.2.3")


def victim_data(victim: str, language: Language = "en", **changes: Any) -> dict[str, Any]:
    ctx = context(language, changes.get("case"), changes.get("result"))
    found = next(v for v in ctx.case.victims if v.id == victim)
    conclusion = next(c for c in ctx.result.conclusions if c.victim == victim)
    return victim_report(ctx, found, conclusion)


def all_reports(ctx: Context) -> list[dict[str, Any]]:
    conclusions = {c.victim: c for c in ctx.result.conclusions}
    victims = [victim_report(ctx, v, conclusions[v.id]) for v in ctx.case.victims]
    return [incident_report(ctx), *victims, laboratory_annex(ctx)]


def strings(data: Any) -> Iterator[str]:
    """Every text in the data, runs of one paragraph joined."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from strings(value)
    elif isinstance(data, list):
        if data and all(isinstance(x, dict) and not x.keys() - {"t", "i", "ltr", "b", "page"} for x in data):
            yield to_text(data)
        else:
            for value in data:
                yield from strings(value)


def text_of(data: Any) -> str:
    return "\n".join(strings(data))


def laid_out_headings(report: dict[str, Any]) -> list[str]:
    """Headings as the typesetter has them after layout."""
    pdf(report)
    return [_content(found["body"]) for found in json.loads(_compiler().query("heading"))]


def _content(node: Any) -> str:
    if isinstance(node, list):
        return "".join(_content(n) for n in node)
    if node.get("func") == "space":
        return " "
    return str(node.get("text", "")) + "".join(
        _content(node[k]) for k in ("body", "child", "children") if k in node
    )


def test_files_of_a_case(tmp_path: Path) -> None:
    written = write_reports(
        synthetic.case(), synthetic.identification(), tmp_path / "new" / "out", "en", version="1"
    )
    names = [p.relative_to(tmp_path / "new" / "out").as_posix() for p in written]
    victims = [f"victims/V{i}.pdf" for i in range(1, 6)]
    assert names == ["incident.pdf", *victims, "laboratory-annex.pdf"]
    assert all(p.read_bytes().startswith(b"%PDF-") for p in written)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_report_is_set_without_warning_and_as_accessible_pdf(language: Language) -> None:
    for report in all_reports(context(language)):
        data, warnings = _compiler().compile_with_warnings(
            input=str(TEMPLATE),
            format="pdf",
            sys_inputs={"data": json.dumps(report)},
            pdf_standards=[
                "ua-1"
            ],  # refuses a letter that no font has, a picture without words, a missing title
        )
        assert warnings == []
        assert f"/Lang({language})".encode() in data.replace(b" ", b"")


def test_bytes_are_the_same_in_another_process(tmp_path: Path) -> None:
    """Neither the clock nor the order of sets shows in the files."""
    code = (
        "import sys, pathlib; from tests.reporting import synthetic as s\n"
        "from amana.reporting import write_reports\n"
        "write_reports(s.case(), s.identification(), pathlib.Path(sys.argv[1]), 'ar', version='1')"
    )
    digests = []
    for seed in ("1", "2"):
        path = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
        out = tmp_path / seed
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": path,
            "SOURCE_DATE_EPOCH": seed * 9,
        }
        subprocess.run([sys.executable, "-c", code, str(out)], check=True, env=environment)
        digests.append(
            {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(out.rglob("*.pdf"))}
        )
    assert len(digests[0]) == 7
    assert digests[0] == digests[1]


def test_the_answer_names_its_rival_and_speaks_of_the_evidence() -> None:
    text = text_of(victim_data("V3"))
    assert "Does DNA support that V3 is one of the missing?" in text
    assert (
        "The DNA results are about 7.94 × 10³ times more probable if the remains V3 come from M3, a missing "
        "member of family F2, than under the best other explanation: V3 comes from nobody on the list" in text
    )
    assert "a full sibling of M3" in text
    assert "is identified" not in text.lower()
    assert "DNA support, not an identification. Identification is a decision of people." in text


def test_the_victim_report_has_everything_that_a_reader_needs() -> None:
    text = text_of(victim_data("V3"))
    for expected in (
        *("The remains V3 come from M3, a missing member of family F2.", "unrelated to the families"),
        *("in digits: 7,940", "strong support", "1,000 to 10,000"),
        *("This pair alone (V3 and M3)", "1.58 × 10³", "0.9987"),
        *("prior 0.1 of being on the list", "prior 0.9", "10 times as many missing"),
        *("without these other identifications", "V1 with M1"),
        *("full sibling", "West Asia", "FST 0.03", "10.0 *"),
        *("markers", "equal (5 markers, rate 0.0005–0.002)", "probability 0.05"),
        *("Amana 1.2.3", "ab" * 32, "0c" * 32, "open incident: on the list with probability 0.5", "10,000"),
    ):
        assert expected in text, expected


def test_a_group_is_reported_as_a_group() -> None:
    text = text_of(victim_data("V1"))
    assert "V1, V2 come from the missing persons M1, M2 of family F1, in one order or another" in text
    assert "What cannot be told apart" in text
    assert "AQ-04-017-K" in text


def test_two_missing_persons_who_share_one_set_of_remains_are_not_both_counted() -> None:
    first, _, *rest = synthetic.conclusions()
    alone = dataclasses.replace(first, group=("V1",))
    nobody = dataclasses.replace(rest[1], victim="V2", missing=(), log10_glr=None)
    result = synthetic.identification(conclusions=[alone, nobody, *rest])
    text = text_of(incident_report(context(result=result)))
    assert "Missing persons listed: 3; without remains that DNA supports: 1." in text
    assert "Of M1, M2, only 1 can have supported remains (V1)" in text
    assert "M1, M2 (one of them)" in text
    assert "come from one of the missing persons M1, M2" in text_of(victim_data("V1", result=result))


def test_evidence_against_says_so() -> None:
    text = text_of(victim_data("V5"))
    assert "speak against the remains V5 coming from any of the missing persons listed" in text
    assert "M3, the results are about 2.00 × 10⁵ times less probable" in text
    assert "Posterior of nobody on the list" in text


def test_inconclusive_says_so() -> None:
    text = text_of(victim_data("V4"))
    assert "DNA does not decide" in text
    assert "1 in 324" in text


def test_the_incident_report_counts_and_lists() -> None:
    text = text_of(incident_report(context()))
    for expected in (
        "reaches the threshold for 2, supports a missing person below the threshold for 1, is inconclusive",
        *(
            "Missing persons listed: 3; without remains that DNA supports: 0.",
            "order unknown",
            "evidence against",
        ),
        *(
            "Family F2",
            "The best 4 of 52,564 possible assignments",
            "V1 – M2, V2 – M1",
            "+12.26",
            "> 0.999999",
        ),
        *("3.3 × 10⁻¹⁰", "ab" * 32),
    ):
        assert expected in text, expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_annex_holds_genotypes_markers_and_trees(language: Language) -> None:
    ctx = context(language)
    *others, annex = all_reports(ctx)
    calls = {
        " / ".join(sorted(c)) for v in ctx.case.victims for c in v.profile.calls.values() if None not in c
    }
    samples = [p.sample for f in ctx.case.families for p in f.profiles.values()]
    secret = [*synthetic.NAMES, *calls, *samples, "99.9", "<svg"]
    for report in others:
        text = text_of(report)
        assert [s for s in secret if s in text] == []
        assert not any(block["kind"] in ("figure", "grid", "beside") for block in report["blocks"])
    text = text_of(annex)
    for expected in (*synthetic.NAMES, "12 / 13", "REF-0001", "<svg", "99.9"):
        assert expected in text, expected


def test_findings_about_single_markers_or_references_stay_in_the_annex() -> None:
    ctx = context()
    assert ctx.is_for_the_laboratory(Finding("any.code", {"marker": "anything"}))
    assert ctx.is_for_the_laboratory(Finding("any.code", {"suspects": ["S"]}))
    assert ctx.is_for_the_laboratory(Finding("any.code", {"where": ["SE33"]}))
    assert not ctx.is_for_the_laboratory(Finding("any.code", {"family": "F2"}))
    assert not ctx.is_for_the_laboratory(Finding("support.few-markers", {"victim": "V3", "markers": 5}))
    text = text_of(victim_data("V1"))
    assert "Without one single marker" in text
    assert "FGA" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_synthetic_people_are_marked_on_every_page_and_others_not(language: Language) -> None:
    for report in all_reports(context(language)):
        assert report["banner"]
    real = synthetic.case(synthetic=False)
    assert all(report["banner"] is None for report in all_reports(context(language, case=real)))


NASTY = (
    '#panic("x")',
    "$x$ *b* _i_ `c` \\ @l <l> // /* */",
    '"] #read("/etc/passwd") [',
    "#{sys.inputs}",
    "a\nb\tc",
    "{victim} %s",
    "</text><script>&amp;",
    "../../etc/x",
    "V\u202e1",
    "وحدة ١٢-ب",
)


def renamed(name: str) -> tuple[Case, Identification]:
    """The synthetic case with ``name`` for the case, a victim, a family, a person and a sample."""
    pedigree = Pedigree(
        [Person("P", sex="M"), Person(f"Q{name}", sex="F"), Person(name, "P", f"Q{name}", "M")]
    )
    profile = Profile(f"S{name}", synthetic.profile("x").calls)
    family = Family(name, pedigree, {f"Q{name}": profile}, (name,))
    case = synthetic.case(
        name=name,
        victims=[Victim(name, profile, None, name)],
        families=[family],
        eligible={name: (name,)},
        inputs={name: "ab" * 32},
    )
    conclusion = Conclusion(
        *(name, "supports", (name,), name, (name,), 3.0, 3.5, 0.99, "strong"),
        by_marker={name: 1.0, "SE33": -0.2},
        weighings=[dataclasses.replace(synthetic.weighings()[0], table=name)],
        findings=[Finding("support.leans-on", {"pairs": name}), Finding(name, {"family": name})],
    )
    result = synthetic.identification(
        victims=(name,),
        missing=(name,),
        pairwise={(name, name): 3.0},
        assignments=[],
        posterior={name: {name: 0.99, "none": 0.01}},
        views=[],
        conclusions=[conclusion],
        families=[],
        settings=Settings(prior="manifest", on_list=None, manifest=name),
    )
    return case, result


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NASTY)
def test_an_identifier_is_never_markup(name: str, language: Language) -> None:
    case, result = renamed(name)
    for report in all_reports(context(language, case, result)):
        expected = [to_text(report["title"])]
        expected += [to_text(b["runs"]) for b in report["blocks"] if b["kind"] == "heading"]
        found = laid_out_headings(report)
        assert [_bare(h) for h in found] == [_bare(h) for h in expected]


def _bare(text: str) -> str:
    return "".join(c for c in text if not c.isspace() and c not in "\u2066\u2067\u2068\u2069\u200b")


def test_hidden_characters_in_an_identifier_are_written_out() -> None:
    case, result = renamed("V\u202e1")
    text = text_of(victim_data("V\u202e1", case=case, result=result))
    assert "V<U+202E>1" in text
    assert "\u202e" not in text


def test_files_stay_in_their_folder_and_do_not_collide(tmp_path: Path) -> None:
    names = file_names(["V1", "v1", "../../x", "..", "a/b", "a_b", "", "وحدة-1", "x" * 300])
    assert names["V1"] == "V1"
    assert names["وحدة-1"] == "وحدة-1"
    assert len({n.casefold() for n in names.values()}) == len(names)
    assert not any("/" in n or n.startswith(".") or not n or len(n) > 100 for n in names.values())
    case, result = renamed("../../x")
    for path in write_reports(case, result, tmp_path / "out", "en", version="1"):
        assert path.resolve().is_relative_to((tmp_path / "out").resolve())


def test_a_letter_that_no_font_has_does_not_stop_the_report() -> None:
    case, result = renamed("名")
    report = victim_data("名", case=case, result=result)
    assert pdf(report).startswith(b"%PDF-")


@pytest.mark.parametrize("language", LANGUAGES)
def test_impossible_and_boundless_ratios_are_words(language: Language) -> None:
    base = synthetic.conclusions()[2]
    conclusion = dataclasses.replace(
        base,
        log10_lr=float("-inf"),
        log10_glr=float("inf"),
        verbal="extremely_strong",
        by_marker={"FGA": float("-inf"), "vWA": 0.5},
    )
    result = synthetic.identification(conclusions=[conclusion], assignments=[])
    case = synthetic.case(victims=[v for v in synthetic.case().victims if v.id == "V3"])
    for report in all_reports(context(language, case, result)):
        assert "inf" not in [word.strip("+-−") for s in strings(report) for word in s.split()]
        assert pdf(report).startswith(b"%PDF-")


@pytest.mark.parametrize("prior", ["flat", "manifest"])
def test_other_priors_are_named(prior: Any) -> None:
    settings = Settings(prior=prior, on_list=None, manifest="list of 3 May")
    result = synthetic.identification(settings=settings, views=[])
    text = text_of(incident_report(context(result=result)))
    assert {"flat": "every possible assignment alike", "manifest": "list of 3 May"}[prior] in text


def test_a_case_without_families_or_results_is_still_a_report() -> None:
    case = synthetic.case(victims=[], families=[], eligible={}, tables=[], inputs={}, warnings=[])
    result = synthetic.identification(
        victims=(),
        missing=(),
        conclusions=[],
        families=[],
        assignments=[],
        findings=[],
        posterior={},
        views=[],
    )
    for report in (
        incident_report(context("ar", case, result)),
        laboratory_annex(context("ar", case, result)),
    ):
        assert pdf(report).startswith(b"%PDF-")
