"""Check characters, numbers and blocks."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.numbering import Block, Number, check_character, is_valid, parse
from amana.numbering.check import ALPHABET, step
from amana.problems import InputProblems

# Computed with python-stdnum 2.2 (stdnum.iso7064.mod_37_36, LGPL: its answers, not its code), which also
# agreed on 20,000 random texts of 1 to 30 characters when this was written.
STDNUM = re.findall(
    r"\w+",
    """
    02 1Z Z4 HMS040176 AQ04017I DMS99999E 35F 5NAV JGD2Q ARPWNS YSWH21X NTKORXAM ZBFE1BKBT 8WWNWZBSQZ
    XNMNSAPTXFH VHVWWMTTMZTH VEKAHUJJWZXWT QJDVWN4L0C633Z HE6X8HFD3R23NN4 BF1574121NG8ABXR
    0O2F920M7ILV1JSZX 2GP9UE5K61S8XPVWKZ 9LGGQ1Z83G28AA6TEWE 2FES4G5ENGRHX092OQAE 7W5F661BE6D1XTTJYODDH
    RRW13QXB6UN1X7NINJ1Q6G 6JC1S3QVTD40I1NJ4EVC7NZ PT8MP7G775LPD61U2VIMT9NJ HUXUQVIPEAVGZR564MBY9Q45K
    28IOELSBXI79YR6LXFWGAATFPG M9TS1OBPW3UHPGQUNZL5EYCPO07 KTXTB61PDOD6OZCHCV80RUGWBTD3
    4M0VY4VLTHWT15MBPG83AVOTI90IK ZT0N2YOSDJV8UYJ4GKJLJPX5WDPX9U W5J2ETZEXH377ONDKM4LTNAVSIT8SDN
    HKA6FUCNBM88EHZOPLHWKPIY4NJPUBGX MSU5BKO816MAM4R0YKFOYIU9NKCV69DLC G9QNG5LCFF2LN39B4RSH8KX7LPE3PUVKYB
""",
)
NUMBERS = st.builds(
    Number, st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=5), st.integers(0, 9999),
    st.integers(0, 999_999),
)  # fmt: skip


def problem_of(text: str):
    with pytest.raises(InputProblems) as raised:
        parse(text)
    (problem,) = raised.value.problems
    assert problem.params["given"] == text
    return problem.code, problem.params["expected"]


@pytest.mark.parametrize("text", STDNUM)
def test_the_check_character_is_that_of_another_program(text: str) -> None:
    assert check_character(text[:-1]) == text[-1]
    assert is_valid(text)
    assert [c for c in ALPHABET if is_valid(text[:-1] + c)] == [text[-1]]


def test_every_single_wrong_character_is_found() -> None:
    """By enumeration: no two characters lead from one state to the same, and no two states end alike."""
    states = range(1, len(ALPHABET) + 1)
    for state in states:
        assert {step(state, c) for c in ALPHABET} == set(states)
    for c in ALPHABET:
        assert {step(state, c) for state in states} == set(states)
    assert len({(1 - state) % len(ALPHABET) for state in states}) == len(ALPHABET)


def test_of_exchanged_neighbours_almost_all_are_found() -> None:
    pairs = list(itertools.permutations(ALPHABET, 2))
    states = range(1, len(ALPHABET) + 1)
    missed = sum(step(step(s, a), b) == step(step(s, b), a) for s in states for a, b in pairs)
    assert (missed, len(pairs) * len(states)) == (72, 45_360)  # 99.84 % found
    last = [(s, a, ALPHABET[(1 - step(s, a)) % 36]) for s in states for a in ALPHABET]
    exchanged = [(s, a, check) for s, a, check in last if a != check]
    missed = sum(ALPHABET[(1 - step(s, check)) % 36] == a for s, a, check in exchanged)
    assert (missed, len(exchanged)) == (2, 1_260)


@pytest.mark.parametrize("text", ["", "a", "A-1", "١", "É"])
def test_what_is_not_of_the_alphabet_is_refused(text: str) -> None:
    assert not is_valid(text)
    with pytest.raises(InputProblems, match=r"numbering\.bad-format"):
        check_character(text)


@given(NUMBERS)
def test_a_number_is_read_as_it_is_written(number: Number) -> None:
    text = str(number)
    assert is_valid(text.replace("-", ""))
    assert parse(text) == number
    assert parse(text.lower().replace("-", " – ") + "\u200f\n") == number
    assert parse(text[:-1].translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) + text[-1]) == number


@given(NUMBERS, st.data())
def test_a_wrong_digit_is_never_read_as_another_number(number: Number, data) -> None:
    text = str(number)
    at = data.draw(st.sampled_from([i for i, c in enumerate(text) if c != "-"]))
    wrong = text[:at] + data.draw(st.sampled_from([c for c in ALPHABET if c != text[at]])) + text[at + 1 :]
    with pytest.raises(InputProblems):
        parse(wrong)


@given(st.text())
def test_any_other_text_is_a_problem_and_never_a_traceback(text: str) -> None:
    with pytest.raises(InputProblems):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "HMS-O4-017-6",
        "HMS-04-O17-6",
        "HMS-04-0l7-6",
        "HMS04017\xa06",
        "hms-04-0176",
        "HMS-4-17-6",
        "HMS-004-017-6",
    ],
)
def test_a_likely_reading_is_offered_and_not_taken(text: str) -> None:
    assert problem_of(text) == ("numbering.did-you-mean", "HMS-04-017-6")


def test_digits_in_the_office_and_letters_for_the_check_character() -> None:
    number = next(n for i in range(1000) if (n := Number("OI", 1, i)).check == "0")
    assert problem_of(str(number)[:-1] + "O") == ("numbering.did-you-mean", str(number))
    assert problem_of("01" + str(number)[2:]) == ("numbering.did-you-mean", str(number))


def test_a_wrong_check_character_and_a_wrong_form() -> None:
    assert problem_of("HMS-04-071-6") == ("numbering.bad-check", "R")
    for text in ("", "HMS", "HMS-04-017", "H-04-017-6", "HMS-04-017-66", "ЖМС-04-017-6", "HMS-04-017-6-1"):
        assert problem_of(text)[0] == "numbering.bad-format"


@pytest.mark.parametrize(
    "parts", [("H", 1, 1), ("hms", 1, 1), ("HMS", -1, 1), ("HMS", 1, 1_000_000), ("HM5", 1, 1)]
)
def test_parts_that_cannot_be_written_are_refused(parts) -> None:
    with pytest.raises(InputProblems, match=r"numbering\.bad-format"):
        Number(*parts)


@given(st.integers(1, 10**6), st.integers(0, 1000), st.integers(0, 1000), st.integers(1, 500))
def test_split_blocks_hold_each_number_once(first: int, given_: int, left: int, count: int) -> None:
    block = (
        Block(first, first + given_ + left - 1, first + given_)
        if given_ + left
        else Block.fresh(first, first)
    )
    free = set(range(block.next, block.last + 1))
    if count > block.remaining or (count == block.remaining and block.next == block.first):
        with pytest.raises(InputProblems, match=r"numbering\.block-exhausted"):
            block.split(count)
        return
    kept, leased = block.split(count)
    mine, theirs = set(range(kept.next, kept.last + 1)), set(range(leased.next, leased.last + 1))
    assert mine | theirs == free
    assert not mine & theirs
    assert (leased.remaining, kept.remaining) == (count, block.remaining - count)
    assert (kept.first, kept.next) == (block.first, block.next)


def test_taking_numbers() -> None:
    numbers, rest = Block.fresh(1, 3).take(2)
    assert list(numbers) == [1, 2]
    assert rest.remaining == 1
    assert rest.take()[1].remaining == 0
    for count in (0, 2):
        with pytest.raises(InputProblems, match=r"numbering\.block-exhausted"):
            rest.take(count)


@pytest.mark.parametrize("block", [(0, 5, 1), (5, 3, 5), (1, 5, 7), (3, 5, 2)])
def test_a_block_that_cannot_be_is_refused(block) -> None:

    with pytest.raises(InputProblems, match=r"numbering\.bad-block"):
        Block(*block)
