"""Offices, people, the roles they hold, what offices share, devices and tokens."""

from __future__ import annotations

import datetime
import hashlib
import zoneinfo
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.codes import RECOVERY_WAITS
from amana.casework.accounts.roles import Role, roles
from amana.casework.audit.writing import Actor, writing
from amana.casework.common.records import Record, RecordQuerySet


def today() -> datetime.date:
    """The day it is where the work is done: a role must not begin or end with somebody's own time zone."""
    return timezone.localdate(timezone=zoneinfo.ZoneInfo(settings.LOCAL_ZONE))


MANAGE = "accounts.manage"
"""What an administrator may do, in their own office."""


class OfficeQuerySet(RecordQuerySet):
    """Offices."""

    def visible_to(self, user: Any) -> Self:
        """An administrator sees every office, to share with it; others see their own."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if MANAGE in user.granted else self.filter(pk=user.office_id)


class OwnOfficeQuerySet(RecordQuerySet):
    """Rows about people: their own, and to an administrator those of the office.

    Attributes
    ----------
    PERSON, OFFICE
        Paths to the person and to their office.
    """

    PERSON: ClassVar[str] = "user_id"
    OFFICE: ClassVar[str] = "user__office_id"

    def visible_to(self, user: Any) -> Self:
        """What this person may see, and nothing else."""
        if not user.is_authenticated:
            return self.none()
        if MANAGE in user.granted:
            return self.filter(**{self.OFFICE: user.office_id})
        return self.filter(**{self.PERSON: user.pk})


class UserQuerySet(OwnOfficeQuerySet):
    """People."""

    PERSON = "pk"
    OFFICE = "office_id"


class SharingQuerySet(RecordQuerySet):
    """What offices share."""

    def visible_to(self, user: Any) -> Self:
        """What an administrator's office gives and receives."""
        if not user.is_authenticated or MANAGE not in user.granted:
            return self.none()
        return self.filter(models.Q(giver=user.office_id) | models.Q(receiver=user.office_id))


class OfPerson(Record):
    """A record that belongs to a person, and through them to an office."""

    objects = OwnOfficeQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def office_id(self) -> Any:
        """The person's office."""
        return self.user.office_id  # type: ignore[attr-defined]


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

    objects = OfficeQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_ar if get_language() == "ar" else self.name_en

    @property
    def office_id(self) -> Any:
        """Itself: it belongs to its own administrators."""
        return self.pk


class UserManager(models.Manager.from_queryset(UserQuerySet)):  # type: ignore[misc]
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

    def save(self, *_: Any, update_fields: Iterable[str] | None = None, **__: Any) -> None:
        """Where a library saves: only the password, on the row as it is now, and through the log.

        A library holds a copy that may be old: writing all of it could open an account that was closed.
        """
        changed = {"password"} & set(update_fields or ("password",))
        with writing(self.acting(None), "accounts.user.saved") as log:
            row = User.objects.select_for_update().get(pk=self.pk)
            for field in changed:
                setattr(row, field, getattr(self, field))
            log.save(row)

    def logged_values(self) -> Mapping[str, Any]:
        """The row with a digest in place of the password's hash: whoever reads the log cannot try words."""
        values = super().logged_values()
        return {**values, "password": hashlib.sha256(self.password.encode()).hexdigest()}

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The reader's time zone; the office's where this machine does not know it."""
        try:
            return zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return zoneinfo.ZoneInfo(settings.LOCAL_ZONE)

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Roles held today."""
        day = today()
        held = {h.role for h in self.holdings.all() if h.is_current(day)}
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


class Holding(OfPerson):
    """A person holds a role for a period: whole days, unless it was ended at once."""

    SCHEMA = "accounts.holding/1"
    FIXED = ("user_id", "role", "start")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="holdings")
    role = models.CharField(_("role"), max_length=40)
    start = models.DateField(_("from"), default=today)
    end = models.DateField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["role", "start"]

    def is_current(self, day: Any) -> bool:
        """Whether the role is held on that day; `end` is the last one."""
        return self.ended_at is None and self.start <= day and (self.end is None or day <= self.end)

    def is_over(self, day: Any) -> bool:
        """Whether it was held, or given, and is no more."""
        return self.ended_at is not None or (self.end is not None and self.end < day)

    def meets(self, start: Any, end: Any) -> bool:
        """Whether a day of that period (None: without end) is one on which the role is held."""
        return (
            self.ended_at is None
            and (end is None or self.start <= end)
            and (self.end is None or start <= self.end)
        )


class Sharing(Record):
    """One office lets another see its records of one kind, until it no longer does."""

    class Scope(models.TextChoices):
        """What is seen."""

        INCIDENTS = "incidents", _("incidents, sites and remains")
        MISSING = "missing", _("missing persons and families")
        LABORATORY = "laboratory", _("samples and profiles")
        IDENTIFICATION = "identification", _("comparisons and identifications")
        ALERTS = "alerts", _("alerts, without who reported")

    SCHEMA = "accounts.sharing/1"
    FIXED = ("giver_id", "receiver_id", "scope")

    giver = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="gives")
    receiver = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="receives")
    scope = models.CharField(_("what is shared"), max_length=16, choices=Scope.choices)
    ground = models.CharField(_("agreement or legal basis"), max_length=200)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    objects = SharingQuerySet.as_manager()

    class Meta:
        ordering = ["giver", "receiver", "scope"]

    @property
    def office_id(self) -> Any:
        """The giver: only they grant and end it."""
        return self.giver_id

    @property
    def is_current(self) -> bool:
        """Whether it holds now."""
        now = timezone.now()
        return self.since <= now and (self.until is None or self.until > now)


class Token(OfPerson):
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

    @property
    def is_valid(self) -> bool:
        """Whether it still lets anybody in."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())


class FirstCode(OfPerson):
    """Lets a new person set a password, once: an administrator hands it over; nothing is sent anywhere."""

    SCHEMA = "accounts.firstcode/1"
    FIXED = ("user_id", "made_by_id", "digest")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="first_codes")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]


class Recovery(OfPerson):
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

    @property
    def ends_at(self) -> Any:
        """Until when a second administrator may agree."""
        return self.asked_at + RECOVERY_WAITS

    @property
    def is_waiting(self) -> bool:
        """Whether a second administrator may agree now."""
        return self.agreed_at is None and timezone.now() < self.ends_at


class Marker(Record):
    """Facts about this database as a whole: that it is a demo, for one."""

    SCHEMA = "accounts.marker/1"
    FIXED = ("name", "value")

    name = models.CharField(max_length=40, unique=True)
    value = models.CharField(max_length=200)
