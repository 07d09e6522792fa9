"""Offers, and what became of each thing in them."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.accounts.queries import offices_seen
from amana.casework.common.records import Record
from amana.casework.common.visible import OwnedQuerySet
from amana.casework.custody.models.items import Item
from amana.casework.custody.models.kinds import NOT_REMAINS, sees_remains
from amana.casework.files.models import StoredFile


class TransferQuerySet(OwnedQuerySet):
    """Transfers that the reader's office gives or receives, or whose giver shares with it."""

    VIEW, SCOPE, OFFICE = "custody.view", "incidents", "from_office_id"

    def visible_to(self, user: Any) -> Self:
        """As for every record, and also for who receives; without remains only what holds something else."""
        if not user.is_authenticated or self.VIEW not in user.granted:
            return self.none()
        seen = offices_seen(user, self.SCOPE)
        found = self.filter(models.Q(from_office_id__in=seen) | models.Q(to_office=user.office_id))
        if sees_remains(user):
            return found
        return found.filter(
            models.Exists(Line.objects.filter(transfer=models.OuterRef("pk"), item__kind__in=NOT_REMAINS))
        )


class Transfer(Record):
    """An offer of things by their holder to somebody else, until each thing is accepted or not.

    Where ``paper`` is set, people signed a paper; ``paper_by`` entered it later, and it stands as not
    confirmed until somebody else has compared it, who may contradict it.
    """

    class State(models.TextChoices):
        """How far it has come."""

        OFFERED = "offered", _("offered")
        ACCEPTED = "accepted", _("accepted")
        PARTLY = "partly", _("accepted in part")
        REFUSED = "refused", _("refused")
        DISPUTED = "disputed", _("disputed")
        WITHDRAWN = "withdrawn", _("taken back")

    SCHEMA, SCOPE = "custody.transfer/1", "incidents"
    FIXED = ("number", "from_office_id", "to_office_id", "by_id")

    number = models.CharField(_("number"), max_length=40, unique=True)
    from_office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="gives_custody", verbose_name=_("from")
    )
    to_office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="takes_custody", verbose_name=_("to")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("to whom"),
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OFFERED)
    things = models.PositiveIntegerField(_("things"), default=0)
    purpose = models.CharField(_("purpose"), max_length=200)
    vehicle = models.CharField(_("vehicle and driver"), max_length=120, blank=True)
    offered_at = models.DateTimeField(_("offered at"), default=timezone.now)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    paper = models.BooleanField(_("entered later from a signed paper"), default=False)
    paper_giver = models.CharField(_("giver on the paper"), max_length=120, blank=True)
    paper_receiver = models.CharField(_("receiver on the paper"), max_length=120, blank=True)
    paper_signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    paper_file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("picture of the paper"),
    )  # fmt: skip
    paper_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("paper entered by"),
    )  # fmt: skip
    paper_entered_at = models.DateTimeField(_("paper entered at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("paper compared by"),
    )  # fmt: skip
    confirmed_at = models.DateTimeField(_("paper compared at"), null=True, blank=True)
    contradicted = models.BooleanField(_("the paper says something else"), default=False)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_at"]
        indexes = [
            models.Index(fields=["state", "offered_at"], name="custody_transfer_open"),
            models.Index(fields=["-offered_at"], name="custody_transfer_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("paper_by")),
                name="custody_paper_two_people",
            )
        ]

    @property
    def office_id(self) -> Any:
        """The giver: the offer is theirs until it is accepted."""
        return self.from_office_id

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("transfer", args=[self.number])


class Line(Record):
    """One thing of a transfer.  A thing can wait in one transfer only: the database holds that."""

    class Outcome(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("waits")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused, stays with the giver")
        DISPUTED = "disputed", _("disputed")
        WITHDRAWN = "withdrawn", _("taken back")

    SCHEMA = "custody.line/1"
    FIXED = ("transfer_id", "item_id", "seal_given")

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="lines", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="lines")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    seal_given = models.CharField(_("seal when offered"), max_length=60, blank=True)
    condition_given = models.CharField(_("condition when offered"), max_length=200, blank=True)
    seal_read = models.CharField(_("seal read back"), max_length=60, blank=True)
    condition_read = models.CharField(_("condition when received"), max_length=200, blank=True)
    why = models.CharField(_("why it was not accepted"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        db_index=False, verbose_name=_("answered by"),
    )  # fmt: skip
    at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        ordering = ["item__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(outcome="waiting"), name="custody_line_waits_once"
            ),
            models.UniqueConstraint(fields=["transfer", "item"], name="custody_line_once"),
        ]

    @property
    def owner(self) -> Transfer:
        """Whose rights apply."""
        return self.transfer
