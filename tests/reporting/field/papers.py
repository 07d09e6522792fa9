"""Reading documents of the field back, and samples of them in both languages.  Everything is invented."""

from __future__ import annotations

import hashlib
import re
import subprocess
import unicodedata
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import segno
from PIL import Image
from scipy.signal import fftconvolve

from amana.geography import PlanSpot, draw_plan
from amana.problems import Language
from amana.reporting.field import (
    Attendance,
    Hazard,
    Label,
    Party,
    RecoveredUnit,
    SceneCount,
    ScenePhoto,
    ScenePlan,
    SceneReport,
    SearchedArea,
    Signer,
    Step,
    Transfer,
    TransferItem,
    Words,
)

LANGUAGES: tuple[Language, ...] = ("en", "ar")
DAMASCUS = timezone(timedelta(hours=3))
HOSTILE = (
    '#panic("x") #read("/etc/passwd") $x$ *b* _i_ `c` \\ @l <l> // /* */ "] [',
    "#{sys.inputs} {number} %s </text><script>&amp;",
    "W" * 400,
    "ك" * 400,
    "וحدة ١٢-ب (A/3) HMS-04 שלום abc",
    "💀🕊️ 名 a\u202eb\u0000c\u0007\ud800\u2069\u2066",
    "a\u0301\u0302\u0303\u0304" * 40,
    "line\nbreak\ttab\r\n\u2028next",
)


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=DAMASCUS)


# Reading


def _poppler(command: list[str], pdf: bytes, folder: Path) -> str:
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        [*command, str(path), "-"],
        check=True,
        capture_output=True,
        encoding="utf-8",
        errors="replace",  # what poppler writes for a letter that no font has
    )
    return done.stdout


def pages(pdf: bytes, folder: Path) -> list[str]:
    """The text of each page, folded (:func:`folded`)."""
    text = _poppler(["pdftotext"], pdf, folder)
    return [folded(page) for page in text.split("\f")[:-1]]


def text_of(pdf: bytes, folder: Path) -> str:
    """The folded text of the whole."""
    return "".join(pages(pdf, folder))


def folded(text: str) -> str:
    """Without space, vowel signs and direction marks, whose order a PDF does not keep."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) not in ("Mn", "Cf"))


def is_readable_back(text: str) -> bool:
    """Whether poppler gives the letters of a text back as they are: not those with vowel signs."""
    return not any(unicodedata.category(c) == "Mn" for c in unicodedata.normalize("NFKC", text))


def word_boxes(pdf: bytes, folder: Path) -> list[tuple[float, float, float, float, float, float, str]]:
    """Every word with width and height of its page, and its left, top, right and bottom edge, in points."""
    found, width, height = [], 0.0, 0.0
    for line in _poppler(["pdftotext", "-bbox"], pdf, folder).splitlines():
        if page := re.search(r'<page width="([\d.]+)" height="([\d.]+)"', line):
            width, height = float(page[1]), float(page[2])
        elif word := re.search(
            r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*)</word>', line
        ):
            left, top, right, bottom = (float(word[i]) for i in range(1, 5))
            found.append((width, height, left, top, right, bottom, word[5]))
    return found


def assert_on_the_page(pdf: bytes, folder: Path) -> None:
    """No word leaves its page, and nothing is printed within 6 mm of an edge, which no printer reaches."""
    boxes = word_boxes(pdf, folder)
    assert boxes
    for width, height, left, top, right, bottom, word in boxes:
        # Upwards and downwards the box of a word is that of the font, far higher than its letters.
        assert left >= 17, word
        assert right <= width - 17, word
        assert top >= -5, word
        assert bottom <= height + 5, word
    for page in range(1, len(pages(pdf, folder)) + 1):
        assert edge_is_white(picture_of(pdf, folder, page, dpi=60), 6, dpi=60), page


def picture_of(pdf: bytes, folder: Path, page: int = 1, dpi: int = 200) -> np.ndarray[Any, Any]:
    """A page in grey, 0 for black and 1 for white."""
    (folder / "seen.pdf").write_bytes(pdf)
    out = folder / "seen"
    subprocess.run(
        [
            *("pdftoppm", "-r", str(dpi), "-gray", "-singlefile", "-f", str(page), "-l", str(page), "-png"),
            *(str(folder / "seen.pdf"), str(out)),
        ],
        check=True,
        capture_output=True,
    )
    with Image.open(out.with_suffix(".png")) as image:
        return np.asarray(image.convert("L"), dtype=float) / 255


def edge_is_white(picture: np.ndarray[Any, Any], millimetres: float, dpi: int = 200) -> bool:
    """Whether nothing is printed nearer to the edge of the page than that."""
    n = int(millimetres / 25.4 * dpi)
    inner = picture[n:-n, n:-n]
    return bool(picture.min() < 0.5 and np.sum(picture < 0.9) == np.sum(inner < 0.9))


def qr_is_seen(picture: np.ndarray[Any, Any], address: str, side_mm: float, dpi: int = 200) -> bool:
    """Whether the QR code of ``address`` stands on the page, every module of it and its quiet zone.

    The place is where the page agrees best with the code; there each module is read at its middle.
    """
    code = segno.make(address, error="m", micro=False)
    assert code.error in "MQH"
    modules = np.array([list(row) for row in code.matrix_iter(border=4)])
    side = round(side_mm / 25.4 * dpi)
    middles = ((np.arange(len(modules)) + 0.5) * side / len(modules)).astype(int)
    grid = np.minimum(np.arange(side) * len(modules) // side, len(modules) - 1)
    template = 1.0 - 2.0 * modules[np.ix_(grid, grid)]
    agreement = fftconvolve(2 * picture - 1, template[::-1, ::-1], mode="valid")
    top, left = np.unravel_index(np.argmax(agreement), agreement.shape)
    seen = picture[np.ix_(top + middles, left + middles)] < 0.5
    return bool(np.array_equal(seen, modules.astype(bool)))


# Samples


def t(language: Language, en: str, ar: str) -> str:
    return ar if language == "ar" else en


def label(number: str = "HMS-04-017-6", **changes: Any) -> Label:
    given: dict[str, Any] = {
        "number": number,
        "url": f"https://amana.example.org/u/{number}",
        "kind": Words("body part", "جزء من جثة"),
        "site": Words("Al-Qabou, south field", "القبو، الحقل الجنوبي"),
        "spot": Words("Spot 4", "النقطة 4"),
        "office": Words("Homs forensic department", "الطبابة الشرعية في حمص"),
        "field_label": "B-12",
        "date": date(2026, 11, 24),
    }
    return Label(**(given | changes))


def unit(i: int, language: Language, **changes: Any) -> RecoveredUnit:
    given: dict[str, Any] = {
        "number": f"HMS-04-{i:03d}-{i % 10}",
        "kind": t(language, "body part", "جزء من جثة"),
        "spot": "4",
        "position": t(language, "2.1 m east of the peg", "2.1 م شرق الوتد"),
        "posture": t(language, "on the back", "مستلق على الظهر"),
        "orientation": t(language, "north-west", "الشمال الغربي"),
        "depth_m": 0.35,
        "over": (),
        "under": (f"HMS-04-{i + 1:03d}-{(i + 1) % 10}",),
        "associated": (t(language, "two cartridge cases", "فارغتا رصاص"),),
        "condition": t(language, "partly a skeleton", "هيكل عظمي في جزء منه"),
        "bindings": t(language, "wire at the wrists", "سلك عند المعصمين"),
        "lifted_at": at(9, i % 60),
        "photos": 2,
    }
    return RecoveredUnit(**(given | changes))


def photo(i: int, language: Language, **changes: Any) -> ScenePhoto:
    given: dict[str, Any] = {
        "file": f"DSC_{i:04d}.JPG",
        "sha256": hashlib.sha256(str(i).encode()).hexdigest(),
        "shows": f"HMS-04-{i:03d}-{i % 10}",
        "scale": True,
        "direction": t(language, "north", "الشمال"),
        "photographer": t(language, "Layla H.", "ليلى ح."),
        "at": at(10, i % 60),
    }
    return ScenePhoto(**(given | changes))


def scene(language: Language, **changes: Any) -> SceneReport:
    spots = [PlanSpot(str(i), 34.745 + i * 0.0003, 36.51 + i * 0.0004, 5.0) for i in range(1, 5)]
    given: dict[str, Any] = {
        "number": "HMS-04",
        "incident": t(language, "Al-Qabou, autumn 2026", "القبو، خريف 2026"),
        "site_number": "HMS-S-012",
        "site": t(language, "south field", "الحقل الجنوبي"),
        "place": t(language, "Al-Qabou, Homs", "القبو، حمص"),
        "coordinates": "34.74512 N 36.51234 E",
        "deposition": t(language, "on the surface", "على السطح"),
        "office": t(language, "Homs forensic department", "الطبابة الشرعية في حمص"),
        "authority": t(language, "prosecutor, no. 2026/481", "النائب العام، رقم 2026/481"),
        "purpose": t(language, "recovery", "انتشال"),
        "began": at(8, 10),
        "ended": at(16, 40),
        "weather": t(language, "dry", "جاف"),
        "datum": "WGS 84",
        "methods": t(language, "tape, sieve 5 mm", "شريط قياس ومنخل 5 مم"),
        "hazard": Hazard(t(language, "cleared", "آمن"), True, t(language, "team 3", "الفريق 3"), at(7)),
        "team": [Attendance(t(language, "Layla H.", "ليلى ح."), "", "", at(8), at(16))],
        "steps": [Step(t(language, "sieving", "النخل"), "done", at(12), t(language, "Omar", "عمر"))],
        "plan": ScenePlan(draw_plan(spots, language=language)),
        "units": [unit(i, language) for i in range(1, 4)],
        "photos": [photo(i, language) for i in range(1, 3)],
        "areas": [
            SearchedArea(
                t(language, "well", "البئر"), "", "", at(9), "2", t(language, "no skull", "لا جمجمة")
            )
        ],
        "counts": [
            SceneCount(
                t(language, "individuals represented", "أفراد تمثلهم الرفات"),
                t(language, "field estimate", "تقدير ميداني"),
                20,
                25,
                t(language, "20 to 25", "من 20 إلى 25"),
            )
        ],
        "signers": [Signer(t(language, "team leader", "قائد الفريق"), t(language, "Layla H.", "ليلى ح."))],
    }
    return SceneReport(**(given | changes))


def transfer(language: Language, n: int = 3, **changes: Any) -> Transfer:
    given: dict[str, Any] = {
        "number": "HMS-T-0031-4",
        "url": "https://amana.example.org/t/HMS-T-0031-4",
        "giver": Party(t(language, "Homs department", "مكتب حمص"), t(language, "Layla H.", "ليلى ح.")),
        "receiver": Party(t(language, "Damascus centre", "مركز دمشق")),
        "items": [
            TransferItem(f"HMS-04-{i:03d}-{i % 10}", t(language, "bone", "عظم"), f"S-{8800 + i}")
            for i in range(1, n + 1)
        ],
        "vehicle": t(language, "white van", "شاحنة بيضاء"),
        "driver": t(language, "Samir A.", "سمير ن."),
        "left_at": at(7, 0, 25),
    }
    return Transfer(**(given | changes))
