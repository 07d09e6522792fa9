"""Tables of the log."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from amana.casework.common.records import Record


class Entry(models.Model):
    """One leaf of the log.  Written once; triggers refuse every change.

    ``leaf`` is the canonical text whose hash is in the tree (:mod:`amana.provenance.entry`); the other
    columns repeat parts of it for queries, and verification compares them.  ``values`` is what the digests
    in the leaf are of: plain JSON, or sealed with the key of the subject.
    """

    index = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=60)
    actor = models.CharField(max_length=60, db_index=True)
    office = models.CharField(max_length=40)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    subject = models.CharField(max_length=40, null=True)
    leaf = models.TextField()
    leaf_hash = models.BinaryField(max_length=32)
    values = models.TextField()
    sealed = models.BooleanField(default=False)

    class Meta:
        ordering = ["index"]
        indexes = [models.Index(fields=["object_type", "object_id", "index"], name="audit_entry_object")]


class Tree(models.Model):
    """The head of the log: one row, whose lock gives the next index.  It can be computed from the entries."""

    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=bytes(8))
    last_at = models.DateTimeField(null=True)


class Checkpoint(models.Model):
    """A signed statement of how long the log was and what its root was.  Written once."""

    size = models.BigIntegerField()
    note = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]


class Cosignature(models.Model):
    """Another office's signature under a checkpoint: it saw this log, which only ever grew.  Written once."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=200)
    line = models.TextField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["checkpoint", "line"], name="audit_cosignature_once")]


class Subject(Record):
    """A person whom protected text is about.  The key is in the key folder, never in this database."""

    class Kind(models.TextChoices):
        """Who it is."""

        MISSING = "missing", _("missing person")
        RELATIVE = "relative", _("relative")
        REPORTER = "reporter", _("reporter")
        STAFF = "staff", _("staff")

    SCHEMA = "audit.subject/1"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    erased_at = models.DateTimeField(null=True, blank=True)


class Lookup(models.Model):
    """Finds a record by a phone or document number without holding the number: an HMAC of it.

    Not a record: it can be made again from the protected texts, and rows go when a subject is erased.
    """

    token = models.CharField(max_length=64, db_index=True)
    purpose = models.CharField(max_length=20)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "object_type", "object_id"], name="audit_lookup_once")
        ]
