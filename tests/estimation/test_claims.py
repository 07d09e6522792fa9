"""Counts in somebody's words: what is read, what stays vague, and what is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.estimation import CountClaim, parse_count

B, R, RB = "bodies", "remains", "remains_and_bodies"
BR, P, G = "bodies_represented_by_remains", "individuals_represented", "graves"
S, N = "spots", "not_stated"

READ = [
    # one number
    ("21 unidentified bodies", 21, 21, B),
    ("two", 2, 2, N),
    ("٢١ جثة", 21, 21, B),
    ("جثتان", 2, 2, B),
    ("جثتين", 2, 2, B),
    ("قبران", 2, 2, G),
    ("جمجمتان", 2, 2, R),
    ("a body", 1, 1, B),
    ("جثة", 1, 1, B),
    ("جثة واحدة", 1, 1, B),
    ("مقبرة جماعية", 1, 1, G),
    ("half a dozen graves", 6, 6, G),
    ("two dozen", 24, 24, N),
    ("twenty-one remains", 21, 21, R),
    ("one hundred and twenty-five", 125, 125, N),
    ("واحد وعشرون جثة", 21, 21, B),
    ("خمس عشرة جثة", 15, 15, B),
    ("خمستعش جثة", 15, 15, B),
    ("ثلاثمئة وأربعون جثة", 340, 340, B),
    ("ألف ومئتان", 1200, 1200, N),
    ("خمسة آلاف", 5000, 5000, N),
    ("1,200 bodies", 1200, 1200, B),
    ("4 (four) bodies", 4, 4, B),
    ("number of bodies: 4", 4, 4, B),
    ("عدد الجثث ٤", 4, 4, B),
    ("١٢ هيكلاً عظمياً", 12, 12, R),
    ("four spots", 4, 4, S),
    ("أربعة مواقع", 4, 4, S),
    ("20 people", 20, 20, P),
    ("عشرون شهيداً", 20, 20, P),
    ("4 bodies in 2013", 4, 4, B),
    # what is counted is not what else is named
    ("21 remains and bodies", 21, 21, RB),
    ("21 bodies or remains", 21, 21, RB),
    ("رفات وجثث عددها ٢١", 21, 21, RB),
    ("remains of seven bodies", 7, 7, BR),
    ("رفات سبع جثث", 7, 7, BR),
    ("رفات جثتين", 2, 2, BR),
    ("رفات خمسة أشخاص", 5, 5, P),
    ("20 bodies in 3 graves", 20, 20, B),
    ("عشرون جثة في قبر واحد", 20, 20, B),
    ("bodies in 3 graves", 3, 3, G),
    # intervals
    ("20 to 25", 20, 25, N),
    ("20-25", 20, 25, N),
    ("20–25 bodies", 20, 25, B),
    ("between 20 and 25", 20, 25, N),
    ("between one hundred and two hundred", 100, 200, N),
    ("من ٢٠ إلى ٢٥", 20, 25, N),
    ("بين ٢٠ و٢٥", 20, 25, N),
    ("ما بين ٢٠ و ٢٥ جثة", 20, 25, B),
    ("عشرون إلى خمسة وعشرين", 20, 25, N),
    ("بين عشرين وخمسة وعشرين جثة", 20, 25, B),
    ("بين خمسة وعشرين وثلاثين", 25, 30, N),
    ("بين خمسة وعشرين", 5, 20, N),
    ("بين مئة ومئتين", 100, 200, N),
    ("one body or two", 1, 2, B),
    ("جثة أو جثتين", 1, 2, B),
    ("خمسة أو ستة قبور", 5, 6, G),
    ("20 ± 5", 15, 25, N),
    ("at least 3 and at most 5", 3, 5, N),
    # one end
    ("at least 3", 3, None, N),
    ("20+", 20, None, N),
    ("20 or more bodies", 20, None, B),
    ("20 bodies at least", 20, None, B),
    ("more than five", 6, None, N),
    (">20", 21, None, N),
    ("no fewer than 4 graves", 4, None, G),
    ("أكثر من خمس جثث", 6, None, B),
    ("ما لا يقل عن ثلاثين جثة", 30, None, B),
    ("عشرين أو أكثر", 20, None, N),
    ("٢٠ على الأقل", 20, None, N),
    ("up to 10", 0, 10, N),
    ("no more than 5", 0, 5, N),
    ("fewer than ten bodies", 0, 9, B),
    ("أقل من عشرة", 0, 9, N),
    ("لا يزيد عن خمسة", 0, 5, N),
    ("حتى عشرين جثة", 0, 20, B),
    # none
    ("no", 0, 0, N),
    ("none", 0, 0, N),
    ("no bodies", 0, 0, B),
    ("zero", 0, 0, N),
    ("0 graves", 0, 0, G),
    ("لا جثث", 0, 0, B),
    ("لا يوجد", 0, 0, N),
    ("ما في جثث", 0, 0, B),
]

VAGUE = [
    ("about four", N),
    ("around 20 bodies", B),
    ("~20", N),
    ("maybe 3 graves", G),
    ("twenty-odd bodies", B),
    ("20 bodies?", B),
    ("حوالي أربع جثث", B),
    ("قرابة عشرين جثة", B),
    ("عشرون تقريباً", N),
    ("شي عشر جثث", B),
    ("dozens", N),
    ("dozens of bodies", B),
    ("tens of thousands", N),
    ("thousands", N),
    ("several graves", G),
    ("a few dozen", N),
    ("a number of bodies", B),
    ("some remains on top of others", R),
    ("عشرات", N),
    ("عشرات الآلاف", N),
    ("آلاف الجثث", B),
    ("عدة جثث", B),
    ("بضع جثث", B),
    ("مقبرة جماعية فيها عشرات الجثث", B),
    ("bodies", B),
    ("children and women among them", N),
    ("at least about 20", N),
    # not one count, or none at all
    ("4 bodies and 3 skulls", N),
    ("ثلاث جثث وخمسة قبور", N),
    ("4 bodies and a grave", B),
    ("٢١ رفاتاً وجثة", RB),
    ("the third body", B),
    ("a pit 4 metres deep", N),
    ("حفرة عمقها ٤ أمتار", N),
    ("none of the bodies were lifted", B),
    ("no access to the grave", G),
    ("I do not know", N),
    ("لا أعرف", N),
    ("كم جثة", B),
    ("not 4", N),
    ("12.5", N),
    ("5% of the bodies", B),
    ("call 0933123456", N),
    ("2024-12-30", N),
    ("99999999", N),
    ("", N),
    ("…", N),
    ("x" * 5000, N),
]


@pytest.mark.parametrize(("text", "low", "high", "counted"), READ)
def test_what_is_read(text, low, high, counted):
    assert parse_count(text) == CountClaim(low, high, vague=False, words=text, counted=counted)


@pytest.mark.parametrize(("text", "counted"), VAGUE)
def test_what_stays_vague(text, counted):
    assert parse_count(text) == CountClaim(None, None, vague=True, words=text, counted=counted)


@pytest.mark.parametrize("text", ["about 20 to 25 bodies", "بحدود ٢٠-٢٥ جثة"])
def test_a_vague_interval_keeps_its_ends(text):
    assert parse_count(text) == CountClaim(20, 25, vague=True, words=text, counted=B)


def test_enough_phrases_in_both_languages():
    phrases = [text for text, *_ in READ + VAGUE]
    arabic = [text for text in phrases if any("\u0600" <= c <= "\u06ff" for c in text)]
    assert len(arabic) >= 40
    assert len(phrases) - len(arabic) >= 40
    assert len(set(phrases)) == len(phrases)


# Number words against a speller of their own

ONES_EN = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
ONES_EN += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS_EN = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ONES_AR = ["واحدة", "اثنتان", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثماني", "تسع", "عشر"]
TENS_AR = ["عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"]
HUNDREDS_AR = ["مئة", "مئتان", "ثلاثمئة", "أربعمئة", "خمسمئة", "ستمئة", "سبعمئة", "ثمانمئة", "تسعمئة"]


def english(n: int) -> str:
    if n < 20:
        return ONES_EN[n - 1]
    if n < 100:
        return TENS_EN[n // 10 - 2] + (f"-{ONES_EN[n % 10 - 1]}" if n % 10 else "")
    size, name = (100, "hundred") if n < 1000 else (1000, "thousand")
    rest = n % size
    joint = " and " if rest and rest < 100 else " "
    return f"{english(n // size)} {name}{joint + english(rest) if rest else ''}"


def arabic(n: int) -> str:
    if n <= 10:
        return ONES_AR[n - 1]
    if n < 20:
        return f"{'إحدى' if n == 11 else 'اثنتا' if n == 12 else ONES_AR[n - 11]} عشرة"
    if n < 100:
        return (f"{ONES_AR[n % 10 - 1]} و" if n % 10 else "") + TENS_AR[n // 10 - 2]
    if n < 1000:
        return HUNDREDS_AR[n // 100 - 1] + (f" و{arabic(n % 100)}" if n % 100 else "")
    many = n // 1000
    head = (
        "ألف" if many == 1 else "ألفان" if many == 2 else arabic(many) + (" آلاف" if many <= 10 else " ألف")
    )
    return head + (f" و{arabic(n % 1000)}" if n % 1000 else "")


@pytest.mark.parametrize("spell", [english, arabic])
@given(n=st.integers(1, 99_999))
def test_numbers_in_words(spell, n):
    found = parse_count(spell(n))
    assert (found.low, found.high, found.vague) == (n, n, False)


@pytest.mark.parametrize("spell", [english, arabic, str])
@given(ends=st.lists(st.integers(1, 9_999), min_size=2, max_size=2).map(sorted), between=st.booleans())
def test_intervals_in_words(spell, ends, between):
    low, high = map(spell, ends)
    is_arabic = spell is arabic
    if between:
        text = f"بين {low} و{high}" if is_arabic else f"between {low} and {high}"
    else:
        text = f"من {low} إلى {high}" if is_arabic else f"{low} to {high}"
    found = parse_count(text)
    # "بين مئة وخمسين ..." can join into another number: then it must not be read as something else.
    expected = {(*ends, False)} | ({(None, None, True)} if between else set())
    assert (found.low, found.high, found.vague) in expected


@given(text=st.text(max_size=80) | st.lists(st.sampled_from([t for t, *_ in READ + VAGUE])).map(" ".join))
def test_any_text_is_a_claim_in_its_own_words(text):
    found = parse_count(text)
    assert found.words == text
    assert found.low is not None or found.high is None
    assert found.high is None or 0 <= found.low <= found.high
    assert not (found.vague and found.low is not None and found.low == found.high)
    assert found.vague or found.low is not None
