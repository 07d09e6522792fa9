"""Papers of custody: the list that goes with what is handed over."""

from __future__ import annotations

from django.utils import timezone, translation
from django.utils.text import capfirst

from amana import __version__
from amana.casework.accounts.demo import is_demo
from amana.casework.accounts.models import User
from amana.casework.audit.writing import writing
from amana.casework.custody import queries
from amana.casework.custody.models import Transfer
from amana.casework.custody.rules import VIEW
from amana.problems import Language
from amana.reporting.field import Imprint, Party, TransferItem, transfer_pdf
from amana.reporting.field import Transfer as Sheet


def transfer_list(user: User, transfer: Transfer, language: Language, url: str) -> bytes:
    """The list of a hand-over as PDF; that it was given out is an entry of the log.

    Whoever has still to read the seals back gets it with empty fields for them.

    Parameters
    ----------
    url
        What its code opens.
    """
    hide = queries.must_read_back(user, transfer)
    lines = queries.lines(user, transfer)
    with translation.override(language):
        sheet = Sheet(
            number=transfer.number,
            url=url,
            giver=Party(str(transfer.from_office), transfer.paper_giver or str(transfer.by)),
            receiver=Party(
                str(transfer.to_office), transfer.paper_receiver or str(transfer.to_person or "")
            ),
            items=[
                TransferItem(
                    line.item.number, capfirst(line.item.get_kind_display()),
                    "" if hide else line.seal_given, line.condition_given,
                )
                for line in lines
            ],
            purpose=transfer.purpose,
            vehicle=transfer.vehicle,
            left_at=timezone.localtime(transfer.offered_at),
        )  # fmt: skip
        imprint = Imprint(__version__, timezone.localtime(), str(user), is_demo())
    content = transfer_pdf(sheet, language, imprint=imprint)
    with writing(user, "custody.list.printed", may=VIEW, on=transfer) as log:
        log.note("custody.transfer", transfer.pk, {"language": language, "things": len(lines)})
    return content
