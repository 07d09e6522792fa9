"""Offices, people, the roles they hold, what offices share, devices and tokens."""

from __future__ import annotations

import zoneinfo
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.roles import Role, roles
from amana.casework.audit.writing import Actor, writing
from amana.casework.common.records import Record, RecordQuerySet


class Office(Record):
    """An institution that owns records: what another office sees is decided by :class:`Sharing`."""

    class Kind(models.TextChoices):
        """What it does."""

        CIVIL_DEFENCE = "civil_defence", _("civil defence")
        FORENSIC = "forensic", _("forensic department")
        COMMISSION = "commission", _("commission")
        LABORATORY = "laboratory", _("laboratory")
        PARTNER = "partner", _("partner")

    SCHEMA = "accounts.office/1"
    FIXED = ("code",)

    code = models.CharField(_("code"), max_length=12, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_ar = models.CharField(_("name in Arabic"), max_length=120)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_ar if get_language() == "ar" else self.name_en


class UserManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """Finds people as sign-in asks for them."""

    def get_by_natural_key(self, username: str) -> User:
        """The person with this sign-in name."""
        return self.get(username=username)  # type: ignore[no-any-return]


class User(AbstractBaseUser, Record):  # type: ignore[misc, django-manager-missing]
    """A person with an account, in one office."""

    class Digits(models.TextChoices):
        """How numbers are written."""

        WESTERN = "western", "123"
        ARABIC = "arabic", "١٢٣"

    SCHEMA = "accounts.user/1"
    FIXED = ("username",)
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    last_login = None  # sign-ins are entries of the log

    username = models.CharField(_("sign-in name"), max_length=60, unique=True)
    name_en = models.CharField(_("name in Latin letters"), max_length=120)
    name_ar = models.CharField(_("name in Arabic letters"), max_length=120)
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="people", verbose_name=_("office")
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("en", "English"), ("ar", "العربية")], default="ar"
    )
    digits = models.CharField(_("digits"), max_length=8, choices=Digits.choices, default=Digits.WESTERN)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Damascus")

    objects = UserManager()

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name_ar if get_language() == "ar" else self.name_en

    def save(self, *_: Any, **__: Any) -> None:
        """Through the log, also where a library saves: a changed password must not go unseen."""
        with writing(self.acting(None), "accounts.user.saved") as log:
            log.save(self)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The reader's time zone."""
        return zoneinfo.ZoneInfo(self.time_zone)

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Roles held today."""
        today = timezone.localdate()
        held = {h.role for h in self.holdings.all() if h.is_current(today)}
        return tuple(r for r in roles().values() if r.name in held)

    @cached_property
    def granted(self) -> frozenset[str]:
        """What these roles may do."""
        return frozenset().union(*(r.may for r in self.roles)) if self.is_active else frozenset()

    @property
    def is_privileged(self) -> bool:
        """Whether a second factor is required."""
        return any(r.privileged for r in self.roles)

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Whether the rules allow it."""
        import rules

        return bool(self.is_active and rules.has_perm(perm, self, obj))

    def acting(self, permission: str | None) -> Actor:
        """Who the log says acts: in the first role that grants the permission."""
        role = next((r.name for r in self.roles if permission in r.may), "-")
        return Actor(str(self.pk), role, self.office.code if self.office_id else "-")

    @property
    def is_staff(self) -> bool:
        """Django's admin is not used."""
        return False


class Holding(Record):
    """A person holds a role for a period."""

    SCHEMA = "accounts.holding/1"
    FIXED = ("user_id", "role", "start")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="holdings")
    role = models.CharField(_("role"), max_length=40)
    start = models.DateField(_("from"), default=timezone.localdate)
    end = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["role", "start"]

    def is_current(self, day: Any) -> bool:
        """Whether the role is held on that day; `end` is the last one."""
        return self.start <= day and (self.end is None or day <= self.end)


class Sharing(Record):
    """One office lets another see its records of one kind, until it no longer does."""

    class Scope(models.TextChoices):
        """What is seen."""

        INCIDENTS = "incidents", _("incidents, sites and remains")
        MISSING = "missing", _("missing persons and families")
        LABORATORY = "laboratory", _("samples and profiles")
        IDENTIFICATION = "identification", _("comparisons and identifications")

    SCHEMA = "accounts.sharing/1"
    FIXED = ("giver_id", "receiver_id", "scope")

    giver = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="gives")
    receiver = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="receives")
    scope = models.CharField(_("what is shared"), max_length=16, choices=Scope.choices)
    ground = models.CharField(_("agreement or legal basis"), max_length=200)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["giver", "receiver", "scope"]


class Token(Record):
    """Lets a device or a program in, as its owner, until it is revoked.  Only a digest of it is kept."""

    class Kind(models.TextChoices):
        """What carries it."""

        DEVICE = "device", _("device")
        API = "api", _("program")

    SCHEMA = "accounts.token/1"
    FIXED = ("user_id", "digest", "kind")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    label = models.CharField(_("what it is on"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]


class Recovery(Record):
    """A way back for someone who lost their second factor: two administrators, no e-mail.

    The first asks, a second one (neither of them the person) agrees; the code that then exists once is told
    to the person face to face, and lets them set a password and a new second factor.
    """

    SCHEMA = "accounts.recovery/1"
    FIXED = ("user_id", "asked_by_id")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recoveries")
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    code_digest = models.CharField(max_length=64, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]


class Marker(Record):
    """Facts about this database as a whole: that it is a demo, for one."""

    SCHEMA = "accounts.marker/1"
    FIXED = ("name", "value")

    name = models.CharField(max_length=40, unique=True)
    value = models.CharField(max_length=200)
