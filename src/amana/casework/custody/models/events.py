"""What happened to things in custody."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.common.records import Record
from amana.casework.custody.models.items import Item
from amana.casework.custody.models.places import Store
from amana.casework.custody.models.transfers import Transfer


class Event(Record):
    """One thing that happened to an item, and what held after it.  Written once.

    ``from_office`` answered before; ``to_office``, ``to_person``, ``store``, ``since`` and ``seal`` hold from
    then on.  ``at`` is when it happened, ``entered_at`` when it was written down.
    """

    class Kind(models.TextChoices):
        """What happened."""

        TAKEN = "taken", _("taken into custody")
        SEALED = "sealed", _("sealed")
        OPENED = "opened", _("seal opened")
        OFFERED = "offered", _("offered")
        TAKEN_BACK = "taken_back", _("offer taken back")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        DISPUTED = "disputed", _("disputed")
        SETTLED = "settled", _("discrepancy settled")
        MOVED = "moved", _("moved")
        CHECKED = "checked", _("seen at stock-taking")
        MISSING = "missing", _("not found")
        FOUND = "found", _("found again")
        SPLIT = "split", _("divided")
        EMPTIED = "emptied", _("divided, nothing left of it")
        FROM_SPLIT = "from_split", _("separated from another")
        LEFT = "left", _("left our custody")
        WITHDRAWN = "withdrawn", _("withdrawn, entered by mistake")

    SCHEMA = "custody.event/1"
    FIXED = (
        "item_id", "seq", "kind", "at", "entered_at", "by_id", "from_office_id", "to_office_id",
        "to_person_id", "store_id", "since", "transfer_id", "seal", "seal_read", "note", "paper",
    )  # fmt: skip

    # Most rows of all tables: only what is looked for has an index.
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(_("what happened"), max_length=10, choices=Kind.choices)
    at = models.DateTimeField(_("when"))
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    from_office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    to_office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        db_index=False,
    )  # fmt: skip
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    since = models.DateTimeField(_("since"))
    transfer = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, related_name="events", null=True, blank=True
    )
    seal = models.CharField(_("seal"), max_length=60, blank=True)
    seal_read = models.CharField(_("seal read back"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    paper = models.BooleanField(_("from a signed paper"), default=False)

    class Meta:
        ordering = ["item", "seq"]
        constraints = [models.UniqueConstraint(fields=["item", "seq"], name="custody_event_once")]

    @property
    def owner(self) -> Item:
        """Whose rights apply."""
        return self.item
