"""The words around a number: what is counted, bounds, vague words, and what is no count at all."""

from __future__ import annotations

from functools import cache

from amana.names import fold_letters

Phrase = tuple[str, ...]

# (kind, detail) to phrases in both languages; the longest phrase wins.
_PHRASES: dict[tuple[str, str], str] = {
    ("bodies", "one"): "body | corpse | cadaver | dead body | جثة | جتة | جثمان | جثمانا",
    ("bodies", "two"): "جثتان | جثتين | جثمانان | جثمانين",
    ("bodies", "many"): "bodies | corpses | cadavers | dead bodies | جثث | جثامين | جتت",
    ("remains", "one"): (
        "skeleton | skull | bone | body part | هيكل عظمي | هيكلا عظميا | هيكل | هيكلا | جمجمة | عظمة"
    ),
    ("remains", "two"): "هيكلان | هيكلين | جمجمتان | جمجمتين",
    ("remains", "many"): (
        "remains | human remains | sets of remains | set of remains | skeletons | skulls | bones"
        " | body parts | رفات | رفاتا | رفاة | أشلاء | بقايا | بقايا بشرية | عظام | هياكل عظمية | هياكل"
        " | جماجم | أجزاء جثث"
    ),
    ("graves", "one"): (
        "grave | mass grave | tomb | burial | قبر | قبرا | مقبرة | مقبرة جماعية | مدفن | مدفنا"
    ),
    ("graves", "two"): "قبران | قبرين | مقبرتان | مقبرتين | مقبرتان جماعيتان | مقبرتين جماعيتين",
    ("graves", "many"): ("graves | mass graves | tombs | burials | قبور | مقابر | مقابر جماعية | مدافن"),
    ("individuals_represented", "one"): (
        "person | individual | victim | شخص | شخصا | ضحية | شهيد | شهيدا | قتيل | قتيلا"
    ),
    ("individuals_represented", "two"): (
        "شخصان | شخصين | ضحيتان | ضحيتين | شهيدان | شهيدين | قتيلان | قتيلين"
    ),
    ("individuals_represented", "many"): (
        "people | persons | individuals | victims | أشخاص | ضحايا | شهداء | قتلى | شهدا"
    ),
    ("spots", "one"): "spot | site | place | location | موقع | موقعا | مكان | مكانا | نقطة",
    ("spots", "two"): "موقعان | موقعين | مكانان | مكانين | نقطتان | نقطتين",
    ("spots", "many"): "spots | sites | places | locations | مواقع | أماكن | نقاط",
    ("bound", "min"): (
        "at least | no fewer than | no less than | not fewer than | not less than | minimum"
        " | minimum of | a minimum of | على الأقل | لا يقل عن | ما لا يقل عن | لا تقل عن"
        " | ليس أقل من | مو أقل من | بالقليلة | عالأقل"
    ),
    ("bound", "min_ex"): (
        "more than | over | above | upwards of | in excess of | greater than | exceeding"
        " | أكثر من | اكتر من | ما يزيد عن | ما يزيد على | يزيد عن | يزيد على | تزيد عن"
        " | تزيد على | يفوق | ما يفوق | فوق"
    ),
    ("bound", "max"): (
        "at most | no more than | not more than | up to | as many as | maximum | maximum of"
        " | a maximum of | على الأكثر | لا يزيد عن | لا يزيد على | لا تزيد عن | ما لا يزيد عن"
        " | لا يتجاوز | لا تتجاوز | ليس أكثر من | مو أكثر من | كحد أقصى | بحد أقصى"
    ),
    ("bound", "max_ex"): "less than | fewer than | under | below | أقل من | دون ال",
    ("after", "min"): (
        "or more | and more | or above | and above | and over | plus | أو أكثر | وأكثر | فأكثر"
        " | أو يزيد | وما فوق | كحد أدنى | بحد أدنى"
    ),
    ("after", "max"): "or less | or fewer | and fewer | أو أقل | فأقل | وأقل",
    ("about", ""): (
        "about | around | approximately | approx | roughly | nearly | almost | circa | some"
        " | or so | close to | odd | maybe | perhaps | probably | possibly | estimated | حوالي"
        " | حوالى | نحو | قرابة | زهاء | تقريبا | بحدود | في حدود | ما يقارب | يقارب | يقدر"
        " | ربما | يمكن | ما يقرب من | قريب من | شي"
    ),
    ("vague", ""): (
        "dozens | scores | tens | hundreds | thousands | millions | several | few | a few | many"
        " | numerous | lots | a lot | multiple | couple | a couple | handful | countless"
        " | various | a number of | large number | tens of thousands | hundreds of thousands"
        " | عشرات | مئات | ميات | ملايين | عدة | بضع | بضعة | بعض | عديد | العديد | كثير | كثيرة"
        " | كثيرون | كتير | عدد من | مجموعة | مجموعة من | قليل | قليلة | عدد كبير | شوية"
        " | كم واحد | عشرات الآلاف | مئات الآلاف | عدة آلاف | بضعة آلاف"
    ),
    ("between", ""): "between | بين | ما بين",
    ("to", ""): "to | إلى | الى | ل",
    ("to", "max"): "till | until | حتى | لحد | لغاية",
    ("in", ""): "in | at | inside | within | near | from | في | داخل | ب | قرب | عند",
    ("or", ""): "or | أو | او",
    ("and", ""): "and | و",
    ("of", ""): "of",
    ("none", ""): (
        "no | none | nothing | zero | nil | without any | not any | لا | لا يوجد | لا توجد"
        " | لا شيء | لا أحد | صفر | بدون | لم نجد | لم يعثر على | لم نعثر على | ما في | مافي"
        " | ما لقينا | لم يتم العثور على"
    ),
    ("unknown", ""): (
        "not | dont know | do not know | unknown number | not known | no idea | unclear"
        " | uncertain | how many | cannot say | لا أعرف | لا نعرف | لا أعلم | لا نعلم | غير معروف"
        " | غير محدد | مجهول العدد | ما بعرف | مابعرف | ما منعرف | ليس | ليست | كم | مش | مو"
    ),
    ("other", ""): (
        "otherfigure | m | metre | metres | meter | meters | km | kilometre | kilometres"
        " | kilometer | kilometers | cm | second | seconds | minute | minutes | hour | hours"
        " | day | days | week | weeks | month | months | year | years | oclock | am | pm"
        " | percent | degrees | first | third | fourth | fifth | last | th | st | nd | rd | half"
        " | quarter | متر | مترا | أمتار | كيلومتر | كيلومترات | كيلو | دقيقة | دقائق | ساعة"
        " | ساعات | يوم | أيام | يوما | أسبوع | أسابيع | شهر | أشهر | شهور | سنة | سنوات | سنين"
        " | عام | أعوام | عاما | بالمئة | بالمائة | أول | أولى | ثاني | ثانية | ثالث | ثالثة"
        " | رابع | رابعة | نصف | ربع | نص"
    ),
    ("filler", ""): (
        "a | an | the | found | seen | visible | yet | so | far | were | was | there | is | are"
        " | we | saw | have | has | been | any | at all | other | من | على | هناك | تم | العثور"
        " | أي | حتى الآن"
    ),
}


@cache
def phrases() -> dict[Phrase, tuple[str, str]]:
    """Folded phrases, as tuples of words, to (kind, detail)."""
    found: dict[Phrase, tuple[str, str]] = {}
    for meaning, listed in _PHRASES.items():
        for phrase in listed.split(" | "):
            found.setdefault(tuple(fold_letters(phrase).split()), meaning)
    return found


@cache
def longest() -> int:
    """Words of the longest phrase."""
    return max(map(len, phrases()))


@cache
def known_words() -> frozenset[str]:
    """Every word of every phrase."""
    return frozenset(word for phrase in phrases() for word in phrase)


NOUNS = frozenset({"bodies", "remains", "graves", "individuals_represented", "spots"})
