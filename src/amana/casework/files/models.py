"""What is known of a file that Amana keeps.  The content stands sealed on the disk (:mod:`.places`)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office
from amana.casework.audit.models import Subject
from amana.casework.audit.protection import ProtectedField
from amana.casework.common.records import Record


class StoredFile(Record):
    """A file as it was given, to the byte.

    It has no ``visible_to``: a file is reached through the record that links to it (an alert, a recovery
    unit, a hand-over), whose station decides who may see it.

    Attributes
    ----------
    subject
        Whose file it is, where that must be erasable: a reporter.  Erasing them removes the content.
    sha256, size
        Of the bytes that were given; empty and 0 after an erasure.
    media_type, kind
        Read from the content.  What the sender said of it is never taken.
    name
        What the sender called it, sealed: it may name a witness.
    claims
        What the file itself says of place, time, direction and camera, sealed.  Claims, not facts.
    sealed_key
        The file's own key, sealed with the subject's key or with the register's.
    """

    class Kind(models.TextChoices):
        """What family of files it is of."""

        IMAGE = "image", _("picture")
        VIDEO = "video", _("video")
        SOUND = "sound", _("sound")
        PDF = "pdf", _("paper as PDF")
        LIST = "list", _("list")

    SCHEMA, SUBJECT = "files.file/1", "subject"
    FIXED = ("office_id", "subject_id", "kind", "media_type", "added_at", "added_by_id")
    ERASED = {"sha256": "", "size": 0, "sealed_key": ""}

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    media_type = models.CharField(_("type of file"), max_length=80)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    name = ProtectedField(_("name that the sender gave it"), kind="file")
    claims = ProtectedField(_("what the file says of place and time"), kind="file")
    sealed_key = models.CharField(max_length=255, blank=True, editable=False)
    added_at = models.DateTimeField(_("added at"), default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ["added_at", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sha256[:12]}".strip()

    @property
    def is_erased(self) -> bool:
        """Whether the content went with the person whose file it was."""
        return not self.sealed_key
