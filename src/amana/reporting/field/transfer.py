"""The list that goes with what is handed over: filled from a transfer, or empty for paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from amana.problems import Language
from amana.reporting.blocks import Block, Cell, heading, items
from amana.reporting.field.labels import LONGEST_NUMBER
from amana.reporting.field.sheet import (
    LONGEST_SIGNER,
    SHEET,
    Imprint,
    box_row,
    cell,
    kept,
    ruled,
    sheet,
    two_columns,
)
from amana.reporting.field.words import code, field_texts, missing, moment, said, shortened, written
from amana.reporting.texts import Runs, plain, to_text, unbroken
from amana.reporting.typesetting import pdf

_BLANK_ROWS = 10
_ROW, _LEAST, _SIGNATURE = 9.0, 7.0, 10.5
"""Millimetres of a row to write in, of one with words, and to sign in."""


@dataclass(frozen=True)
class TransferItem:
    """One thing that is handed over: a unit, a sample, an effect, a disk.

    ``seal`` is the number of its seal as it was offered; empty where it has none.
    """

    number: str
    kind: str
    seal: str = ""
    condition: str = ""


@dataclass(frozen=True)
class Party:
    """Who gives, receives, drives or sees it: an office, a person of it, or both."""

    office: str = ""
    name: str = ""


@dataclass(frozen=True)
class Transfer:
    """A hand-over as it was offered.

    Attributes
    ----------
    url
        What scanning the code of the list opens.
    """

    number: str
    url: str
    giver: Party
    receiver: Party
    items: Sequence[TransferItem]
    purpose: str = ""
    vehicle: str = ""
    driver: str = ""
    witness: Party | None = None
    left_at: datetime | None = None
    expected_at: datetime | None = None
    route: str = ""


def transfer_pdf(transfer: Transfer | None, language: Language, *, imprint: Imprint | None = None) -> bytes:
    """The hand-over list as PDF, landscape; without ``transfer`` it is empty, for a pen.

    On both, the receiver writes the seals read back and ticks what is accepted.

    Raises
    ------
    InputProblems
        ``documents.address`` where the address of the transfer makes no QR code.
    ValueError
        For a time without its zone.
    """
    say, imprint = field_texts(language), imprint or Imprint()
    number = code(shortened(transfer.number, LONGEST_NUMBER)) if transfer else []
    named = "" if number else "_none"
    return pdf(
        sheet(
            language,
            title=say.runs("transfer.title"),
            file_title=to_text(say.runs(f"transfer.file_title{named}", number=number)),
            eyebrow=say.runs(f"transfer.eyebrow{named}", number=number),
            footer=say.runs("transfer.footer")
            + plain(" ")
            + say.runs("transfer.initials")
            + unbroken(" ________  ________"),
            imprint=imprint,
            head=[_facts(transfer, language)],
            blocks=[
                *_items(transfer, language),
                *_rules(transfer, imprint, language),
                _signatures(transfer, language),
            ],
            qr=transfer.url if transfer else "",
            flipped=True,
        ),
        SHEET,
    )


def _party(party: Party) -> Runs:
    parts = [x for x in (written(party.name), written(party.office)) if x]
    return parts[0] + plain(" · ") + parts[1] if len(parts) > 1 else parts[0] if parts else []


def _facts(transfer: Transfer | None, language: Language) -> Block:
    say = field_texts(language)

    def row(key: str, value: Runs) -> tuple[Runs, Runs]:
        # On the empty list the lines are for a pen.
        lacking = missing(language) if transfer else [{"pen": True}]
        return say.runs(f"transfer.{key}"), value or lacking

    def time(value: datetime | None) -> Runs:
        return [] if value is None else moment(value, language)

    t = transfer or Transfer("", "", Party(), Party(), ())
    return two_columns(
        [
            row("number", code(t.number)),
            row("from", _party(t.giver)),
            row("to", _party(t.receiver)),
            row("purpose", written(t.purpose)),
        ],
        [
            row("vehicle", written(t.vehicle)),
            row("driver", written(t.driver)),
            row("left_at", time(t.left_at)),
            row("expected_at", time(t.expected_at)),
            row("route", written(t.route)),
        ],
    )


def _items(transfer: Transfer | None, language: Language) -> list[Block]:
    say = field_texts(language)
    columns = [
        (say.runs(f"transfer.{key}"), width)
        for key, width in (
            ("row", 0.55),
            ("item", 2.4),
            ("item_kind", 1.8),
            ("item_seal", 1.9),
            ("item_condition", 2.6),
            ("item_read", 2.6),
            ("item_accepted", 1.7),
        )
    ]
    answer = box_row([(say.entries["common.yes"], False), (say.entries["common.no"], False)])
    if transfer is None:
        rows = [[cell(unbroken(i)), *[cell()] * 5, answer] for i in range(1, _BLANK_ROWS + 1)]
        return [
            heading(say.runs("transfer.items_blank")),
            ruled(columns, rows, height=_ROW, small=False),
            _line(say.runs("transfer.counted")),
        ]
    n = unbroken(len(transfer.items))
    rows = [[cell(unbroken(i)), *_item(item, language), answer] for i, item in enumerate(transfer.items, 1)]
    rows.append([cell(say.runs("transfer.end", n=n), marked=True, span=len(columns))])
    return [
        heading(say.runs("transfer.items_heading", n=n)),
        ruled(columns, rows, least=_LEAST, small=False),
        _line(say.runs("transfer.counted")),
    ]


def _item(item: TransferItem, language: Language) -> list[Cell]:
    say = field_texts(language)
    no_seal: Runs = [{"t": say.entries["transfer.item_no_seal"], "quiet": True}]
    return [
        cell(code(item.number) or missing(language), marked=True),
        cell(said(item.kind, language)),
        cell(code(item.seal) or no_seal),
        cell(said(item.condition, language)),
        cell(),
    ]


def _line(runs: Runs) -> Block:
    return {"kind": "paragraph", "runs": runs, "quiet": False, "leads": False}


def _rules(transfer: Transfer | None, imprint: Imprint, language: Language) -> list[Block]:
    say = field_texts(language)
    rules = [say.runs(f"transfer.rule_{key}") for key in ("read", "part", "mismatch", "self", "enter")]
    if transfer is None:
        rules.append(say.runs("transfer.rule_blank"))
    elif imprint.printed_at is not None:
        rules.append(say.runs("transfer.rule_copy", at=moment(imprint.printed_at, language)))
    else:
        rules.append(say.runs("transfer.rule_copy_undated"))
    return [kept([heading(say.runs("transfer.rules_heading")), items(rules, quiet=True)])]


def _signatures(transfer: Transfer | None, language: Language) -> Block:
    say = field_texts(language)
    columns = [
        (plain(""), 1.2),
        *(
            (say.runs(f"transfer.{key}"), width)
            for key, width in (("sign_name", 2.4), ("sign_office", 2.4), ("sign_at", 1.8), ("sign", 3))
        ),
    ]
    witness = transfer.witness if transfer and transfer.witness else Party()
    parties = [
        ("giver", transfer.giver if transfer else Party()),
        ("driver_signs", Party(name=transfer.driver if transfer else "")),
        ("receiver", transfer.receiver if transfer else Party()),
        ("witness", witness),
    ]
    rows = [
        [
            cell(say.runs(f"transfer.{key}"), marked=True),
            cell(written(shortened(p.name, LONGEST_SIGNER))),
            cell(written(shortened(p.office, LONGEST_SIGNER))),
            cell(),
            cell(),
        ]
        for key, p in parties
    ]
    table = ruled(columns, rows, least=_SIGNATURE)
    return kept([heading(say.runs("transfer.signatures_heading")), table])
