"""The scene report: what was done and found, and what is missing."""

from __future__ import annotations

import dataclasses
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from amana.problems import Language
from amana.reporting.field import (
    Attendance,
    Hazard,
    Imprint,
    RecoveredUnit,
    SceneCount,
    ScenePhoto,
    ScenePlan,
    SceneReport,
    SearchedArea,
    Signer,
    Step,
    scene_report_pdf,
)
from amana.reporting.field.scene_missing import missing_in
from amana.reporting.texts import to_text
from tests.reporting.field.papers import (
    HOSTILE,
    LANGUAGES,
    assert_on_the_page,
    at,
    folded,
    pages,
    photo,
    scene,
    t,
    text_of,
    unit,
)


def missing(report: SceneReport, language: Language = "en") -> str:
    return "\n".join(to_text(line) for line in missing_in(report, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_what_it_was_given(tmp_path: Path, language: Language) -> None:
    made = scene_report_pdf(scene(language), language, imprint=Imprint("1.2.3", at(18), synthetic=True))
    assert_on_the_page(made, tmp_path)
    text = text_of(made, tmp_path)
    for said in (
        *("HMS-04", "HMS-S-012", "34.74512 N 36.51234 E", "HMS-04-002-2", "0.35", "DSC_0001.JPG", "UTC+3"),
        *(photo(1, language).sha256, "2026-11-24", "09:01", "Amana 1.2.3" if language == "en" else "1.2.3"),
        t(language, "no skull", "لا جمجمة"),
        t(language, "wire at the wrists", "سلك عند المعصمين"),
        t(language, "individuals represented", "أفراد تمثلهم الرفات"),
        t(language, "field estimate", "تقدير ميداني"),
        t(language, "under HMS-04-002-2", "تحت"),
        t(language, "invented", "كل ما في هذه الوثيقة"),
    ):
        assert folded(said) in text, said


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_report_says_of_everything_that_it_is_missing(tmp_path: Path, language: Language) -> None:
    made = scene_report_pdf(SceneReport(), language)
    text = text_of(made, tmp_path)
    for en, ar in (
        ("No unit was lifted", "رفع أي وحدة"),
        ("No plan was drawn", "رسم مخطط"),
        ("No photograph is recorded", "لا صورة مدونة"),
        ("No count is recorded", "لا عدد مدون"),
        ("Nothing is recorded of what was searched", "لا شيء مدون"),
        ("The state of the hazard is not recorded", "حالة الخطر غير مدونة"),
    ):
        assert folded(t(language, en, ar)) in text, en
    facts = 14 + 1  # all facts, and the team
    assert text.count(folded(t(language, "not recorded", "غير مدون"))) >= facts


def test_what_is_missing_is_listed_and_nothing_else() -> None:
    report = scene("en")
    assert missing(report) == ""
    units = [unit(1, "en", depth_m=None), unit(2, "en", position="", photos=0), unit(3, "en")]
    photos = [photo(1, "en", sha256="", scale=None), photo(2, "en", scale=False)]
    steps = [Step("a"), Step("b", "not_done"), Step("c", "not_needed")]
    told = missing(
        dataclasses.replace(report, units=units, photos=photos, steps=steps, weather="", plan=None, team=())
    )
    assert told.splitlines() == [
        "Facts not recorded: Weather and light.",
        "The team.",
        "Steps not done or not said: 2.",
        "A plan of the spots.",
        "Recovered units without position: 1 (HMS-04-002-2).",
        "Recovered units without depth: 1 (HMS-04-001-1).",
        "Recovered units without a photograph: 1 (HMS-04-002-2).",
        "Photographs without a hash: 1.",
        "Photographs without a scale: 2.",
    ]
    many = dataclasses.replace(report, units=[unit(i, "en", depth_m=None) for i in range(1, 31)])
    assert missing(many).startswith("Recovered units without depth: 30, among them HMS-04-001-1")
    assert "HMS-04-013-3" not in missing(many)


@pytest.mark.parametrize(
    ("hazard", "said"),
    [
        (None, "not recorded"),
        (Hazard("cleared", True), "Work was allowed: cleared"),
        (Hazard("restricted", True, waived_by=("A", "B")), "waiver of two people (restricted)"),
        (Hazard("requested", False), "Work was not allowed by the rule: requested"),
        (Hazard("cleared", True, lifted_before=True), "lifted before clearance"),
    ],
)
def test_the_hazard_is_told_as_it_was(tmp_path: Path, hazard: Hazard | None, said: str) -> None:
    assert folded(said) in text_of(scene_report_pdf(scene("en", hazard=hazard), "en"), tmp_path)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (SceneCount("bodies", "MNI", 4, 4), "4"),
        (SceneCount("bodies", "MNI", 4, None), "at least 4"),
        (SceneCount("bodies", "MNI", None, 9), "at most 9"),
        (SceneCount("bodies", "reported", words="dozens", vague=True), "no number (vague words)"),
        (SceneCount("bodies", "reported"), "not recorded"),
    ],
)
def test_counts_keep_their_ends(tmp_path: Path, count: SceneCount, said: str) -> None:
    text = text_of(scene_report_pdf(scene("en", counts=[count]), "en"), tmp_path)
    part = text[text.index(folded("Each count says")) : text.index(folded("Signatures"))]
    assert folded(said) in part


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_tables_repeat_their_heads_on_every_page(tmp_path: Path, language: Language) -> None:
    units = [unit(i, language) for i in range(1, 181)]
    photos = [photo(i, language) for i in range(1, 101)]
    began = time.process_time()
    made = scene_report_pdf(scene(language, units=units, photos=photos), language)
    assert time.process_time() - began < 20  # well below a second on an idle machine
    found = pages(made, tmp_path)
    head = folded(t(language, "Spot, position, depth", "النقطة والموضع والعمق"))
    with_units = [page for page in found if "HMS-04-0" in page and folded(t(language, "wire", "سلك")) in page]
    assert len(with_units) > 5
    assert all(head in page for page in with_units)
    text = "".join(found)
    assert all(u.number in text for u in units)
    assert all(p.sha256 in text for p in photos)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_report(tmp_path: Path, language: Language, text: str) -> None:
    def filled(kind: Any, **more: Any) -> Any:
        words = {f.name: text for f in dataclasses.fields(kind) if f.type == "str"}
        return kind(**(words | more))

    report = filled(
        SceneReport,
        hazard=filled(Hazard, allowed=False, waived_by=[text]),
        team=[filled(Attendance)],
        present=[filled(Attendance)],
        steps=[filled(Step)],
        units=[filled(RecoveredUnit, over=[text], associated=[text, text])],
        photos=[filled(ScenePhoto)],
        areas=[filled(SearchedArea)],
        counts=[filled(SceneCount, low=1)],
        signers=[filled(Signer)],
    )
    made = scene_report_pdf(report, language, imprint=Imprint("1.2.3", at(9), text))
    assert_on_the_page(made, tmp_path)


def test_a_very_long_remark_goes_on_to_the_next_page(tmp_path: Path) -> None:
    steps = [Step("a", "done", at(9), remarks="word " * 3000 + "END")]
    made = scene_report_pdf(scene("en", steps=steps), "en")
    assert_on_the_page(made, tmp_path)
    assert "END" in text_of(made, tmp_path)


def test_a_tall_plan_is_made_to_fit_its_page(tmp_path: Path) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 900"><text x="5" y="890">FOOT</text></svg>'
    )
    made = scene_report_pdf(scene("en", plan=ScenePlan(svg)), "en")
    assert_on_the_page(made, tmp_path)
    assert len(pages(made, tmp_path)) < 6


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without its zone"):
        scene_report_pdf(scene("en", units=[unit(1, "en", lifted_at=datetime(2026, 11, 24))]), "en")
