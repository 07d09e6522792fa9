"""What the tests of places share: a small gazetteer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from amana.casework.accounts.services import COMMAND_LINE
from amana.casework.places.services import import_places
from amana.interchange import read_ocha
from amana.problems import InputProblems

# Facts of UN OCHA's Common Operational Dataset for Syria, edition of 2015: nine of its 5,251 rows.
HEADER = """pcode,name_en,name_ar,lat,lon,adm3_pcode,adm3_en,adm3_ar,adm2_pcode,adm2_en,adm2_ar,adm1_pcode,\
adm1_en,adm1_ar"""
ROWS = (
    ("C2680,Qabu,القبو,34.841548,36.453843", "SY040110,Qabu,القبو,SY0401,Homs,مركز حمص,SY04,Homs,حمص"),
    ("C3572,Qabu,القبو,35.439219,35.910043",
     "SY060200,Jablah,مركز جبلة,SY0602,Jablah,جبلة,SY06,Lattakia,اللاذقية"),
    ("C5432,Kherbet Elqabu,خربة القبو,35.098728,36.077216",
     "SY100204,Hamam Wasil,حمام واصل,SY1002,Banyas,بانياس,SY10,Tartous,طرطوس"),
    ("C3361,Qabu Shamsiyeh,قبو شمسية,34.984558,36.325955",
     "SY050400,Masyaf,مركز مصياف,SY0504,Masyaf,مصياف,SY05,Hama,حماة"),
    ("C6044,Mseifra,المسيفرة,32.632437,36.341637",
     "SY120007,Mseifra,المسيفرة,SY1200,Dar'a,درعا,SY12,Dar'a,درعا"),
    ("C2528,Homs,حمص,34.732427,36.713696", "SY040100,Homs,مركز حمص,SY0401,Homs,مركز حمص,SY04,Homs,حمص"),
    ("C2870,Ar-Rastan,الرستن,34.926,36.7325",
     "SY040400,Ar-Rastan,مركز الرستن,SY0404,Ar-Rastan,الرستن,SY04,Homs,حمص"),
    ("C1791,Qabab Bonyeh - Qarajleh,قبب بنية_قراجلة,36.591064,38.021537",
     "SY020500,Menbij,مركز منبج,SY0205,Menbij,منبج,SY02,Aleppo,حلب"),
    ("C1466,Upper Dhak - Upper Kolyan,الضحاك فوقاني_كوليان فوقان\ufffd,36.648539,36.715591",
     "SY020303,Raju,راجو,SY0203,Afrin,عفرين,SY02,Aleppo,حلب"),
)  # fmt: skip
COMMUNITIES = "\n".join([HEADER, *(",".join(row) for row in ROWS)]) + "\n"


@pytest.fixture
def gazetteer(db: None) -> None:
    """Nine communities, with the areas that they lie in."""
    read = read_ocha(COMMUNITIES.encode(), "adm4.csv")
    import_places(COMMAND_LINE, read.places, source=read.credit, sha256="ab" * 32, file="adm4.csv")


@pytest.fixture
def refused() -> Callable[..., list[str]]:
    """Codes of the problems that a call raises."""

    def codes(call: Callable[..., Any], *args: Any, **more: Any) -> list[str]:
        with pytest.raises(InputProblems) as caught:
            call(*args, **more)
        return [p.code for p in caught.value.problems]

    return codes
