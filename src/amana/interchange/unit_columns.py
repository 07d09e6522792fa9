"""Columns of a list of recovery units, and the words that stand in them, in English and Arabic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from amana.interchange.column_names import folded
from amana.problems import Language


@dataclass(frozen=True)
class UnitColumn:
    """One column.

    Attributes
    ----------
    en, ar
        Its name in the template.
    about_en, about_ar
        What belongs into it.
    others
        Other names that it is known by.
    words
        The words that it takes, by what they are kept as: English, Arabic, then other ways to write them.
    most
        Characters that are kept.
    """

    key: str
    en: str
    ar: str
    about_en: str
    about_ar: str
    others: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    most: int = 300

    def name(self, language: Language) -> str:
        """Its name in the template."""
        return self.ar if language == "ar" else self.en

    def about(self, language: Language) -> str:
        """What belongs into it."""
        return self.about_ar if language == "ar" else self.about_en

    def offered(self, language: Language) -> list[str]:
        """The words that can be chosen."""
        return [words[1 if language == "ar" else 0] for words in self.words.values()]

    def known(self) -> str:
        """All words in both languages, for a sentence."""
        return " · ".join(f"{w[0]} {w[1]}" for w in self.words.values())

    def read(self, text: str) -> str | None:
        """What a word is kept as; None for one that is not known."""
        wanted = folded(text)
        for key, words in self.words.items():
            if wanted in {folded(key), *map(folded, words)}:
                return key
        return None


KINDS = {
    "body": ("body", "جثة", "corpse", "cadaver", "جثمان", "جثه كاملة", "complete body"),
    "body_part": ("body part", "جزء من جثة", "part", "bodypart", "جزء", "أشلاء", "طرف"),
    "bone": ("bone", "عظم", "bones", "عظام", "عظمة", "رفات عظمية"),
    "bag": ("bag", "كيس", "sack", "bag of remains", "كيس رفات"),
    "ash": ("ash sample", "عيّنة رماد", "ash", "ashes", "رماد"),
}
SEXES = {
    "male": ("male", "ذكر", "m", "man", "رجل", "ذ"),
    "female": ("female", "أنثى", "f", "woman", "امرأة", "أ"),
    "probably_male": ("probably male", "ذكر على الأرجح", "male?"),
    "probably_female": ("probably female", "أنثى على الأرجح", "female?"),
    "undetermined": (
        "cannot be told", "لا يمكن القول", "undetermined", "unknown", "غير معروف", "مجهول", "غير محدد",
    ),
}  # fmt: skip
AGES = {
    "infant": ("infant", "رضيع", "baby", "رضيعة"),
    "child": ("child", "طفل", "طفلة"),
    "adolescent": ("adolescent", "يافع", "يافعة", "مراهق"),
    "adult": ("adult", "راشد", "راشدة", "بالغ", "شاب"),
    "elderly": ("old", "مسنّ", "elderly", "مسنّة", "عجوز"),
}

COLUMNS: tuple[UnitColumn, ...] = (
    UnitColumn(
        "old_number", "number in the list", "الرقم في القائمة",
        "The number that the old list, card or bag has, exactly as it is written there. "
        "The unit gets a new number; this one stays beside it.",
        "الرقم المكتوب في القائمة أو البطاقة أو على الكيس، كما كُتب تماماً. "
        "تنال الوحدة رقماً جديداً ويبقى هذا بجانبه.",
        ("old number", "number", "no", "card number", "bag number", "label", "field label", "serial", "code",
         "الرقم", "رقم", "الرقم القديم", "رقم البطاقة", "رقم الكيس", "رقم الجثة", "التسلسل", "الرمز", "م"),
        most=40,
    ),
    UnitColumn(
        "kind", "kind", "النوع", "What was lifted. Must be filled in.", "ما الذي رُفع. لا بد من ملئه.",
        ("type", "what", "kind of unit", "نوع", "نوع الوحدة", "نوع الرفات"), KINDS,
    ),
    UnitColumn(
        "pieces", "pieces", "عدد القطع",
        "How many pieces are in it, as a number. It is not a number of persons.",
        "عدد القطع التي فيه، رقماً. وهو ليس عدد أشخاص.",
        ("number of pieces", "count", "quantity", "القطع", "العدد", "عدد"), most=12,
    ),
    UnitColumn(
        "description", "description", "الوصف", "What is seen, in words. No name of a person.",
        "ما يُرى، بالكلمات. من دون اسم أي شخص.",
        ("describe", "notes", "note", "remarks", "comment", "وصف", "ملاحظات", "ملاحظة", "البيان"), most=1500,
    ),
    UnitColumn(
        "found_on", "found on", "تاريخ العثور",
        "As much as is known: 2014, 2014-03, 2014-03-05 or 2014-03-05 14:30. It is kept as it is written.",
        "بقدر ما هو معروف: 2014 أو 2014-03 أو 2014-03-05 أو 2014-03-05 14:30. ويُحفظ كما كُتب.",
        ("date", "found", "recovered on", "lifted on", "date found", "date of recovery", "التاريخ", "تاريخ",
         "تاريخ الانتشال", "تاريخ الرفع"), most=80,
    ),
    UnitColumn(
        "found_by", "found by", "من انتشله", "Office or team that lifted it.",
        "المكتب أو الفريق الذي رفعه.",
        ("recovered by", "lifted by", "team", "الفريق", "جهة الانتشال", "الجهة"),
    ),
    UnitColumn(
        "site", "site number", "رقم الموقع", "Number of the site in Amana, if the site is in it.",
        "رقم الموقع في أمانة، إن كان مسجلاً فيها.", ("site", "الموقع المسجل"), most=40,
    ),
    UnitColumn(
        "spot", "spot", "النقطة", "Label of the spot at that site.", "تسمية النقطة في ذلك الموقع.",
        ("spot label", "نقطة"), most=40,
    ),
    UnitColumn(
        "place", "place in words", "المكان بالكلمات", "Where it was found, as the list says it.",
        "أين عُثر عليه، كما تقول القائمة.",
        ("place", "location", "where", "found at", "المكان", "مكان العثور", "مكان الانتشال", "مكان"),
        most=600,
    ),
    UnitColumn(
        "position", "coordinates", "الإحداثيات",
        "One position: decimal degrees, degrees with minutes and seconds, UTM or MGRS. Latitude first.",
        "موقع واحد: درجات عشرية، أو درجات ودقائق وثوانٍ، أو UTM، أو MGRS. خط العرض أولاً.",
        ("position", "coordinate", "gps", "mgrs", "utm", "إحداثيات", "الموقع"), most=200,
    ),
    UnitColumn(
        "latitude", "latitude", "خط العرض", "Instead of coordinates, together with the longitude.",
        "بدلاً من الإحداثيات، مع خط الطول.", ("lat", "y", "العرض", "دائرة العرض"), most=60,
    ),
    UnitColumn(
        "longitude", "longitude", "خط الطول", "Instead of coordinates, together with the latitude.",
        "بدلاً من الإحداثيات، مع خط العرض.", ("lon", "lng", "long", "x", "الطول"), most=60,
    ),
    UnitColumn(
        "depth_cm", "depth in cm", "العمق بالسنتيمتر", "Below the ground, in centimetres.",
        "تحت سطح الأرض، بالسنتيمتر.", ("depth", "depth cm", "العمق", "عمق"), most=20,
    ),
    UnitColumn(
        "sex", "sex", "الجنس", "As the list says it.", "كما تقول القائمة.", ("gender", "جنس"), SEXES,
    ),
    UnitColumn(
        "age", "age", "العمر", "A word of the list, or the age in words or numbers as it is written.",
        "كلمة من القائمة، أو العمر بالكلمات أو الأرقام كما كُتب.", ("age group", "عمر", "الفئة العمرية"), AGES,
    ),
    UnitColumn(
        "clothing", "clothing", "الملابس", "Kind, colour, material, layer by layer.",
        "النوع واللون والقماش، طبقة بعد طبقة.", ("clothes", "ملابس", "الثياب"), most=1500,
    ),
    UnitColumn(
        "effects", "belongings", "المتعلقات", "What lay with it. No name of a person.",
        "ما كان معه. من دون اسم أي شخص.", ("effects", "personal effects", "المقتنيات", "متعلقات"), most=1500,
    ),
    UnitColumn(
        "stored_in", "where it is now", "مكان الحفظ", "Room, shelf, grave or container.",
        "الغرفة أو الرف أو القبر أو الحاوية.",
        ("stored in", "storage", "store", "مكان الدفن", "الحفظ", "القبر"),
    ),
    UnitColumn(
        "supposed_name", "supposed name", "الاسم المفترض",
        "Name on a paper or that somebody said. It is sealed, and shown only to who may see it. "
        "It proves nothing.",
        "اسم مكتوب على ورقة أو قاله أحد. يُحفظ مختوماً ولا يراه إلا من يحق له. وهو لا يثبت شيئاً.",
        ("name", "possible name", "الاسم", "اسم", "اسم محتمل"), most=200,
    ),
)  # fmt: skip
"""In the order of the template."""
BY_KEY: Mapping[str, UnitColumn] = {c.key: c for c in COLUMNS}
SHEET: Mapping[Language, str] = {"en": "units", "ar": "الوحدات"}
LEGEND: Mapping[Language, tuple[str, tuple[str, str, str]]] = {
    "en": ("columns", ("column", "what belongs into it", "words that can be used")),
    "ar": ("الأعمدة", ("العمود", "ما يُكتب فيه", "كلمات يمكن استعمالها")),
}
