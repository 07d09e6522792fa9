"""What a person may see of accounts, and whose records of a kind their office sees."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

if TYPE_CHECKING:
    from uuid import UUID

MANAGE = "accounts.manage"


def offices_seen(user: Any, scope: str) -> set[UUID]:
    """The person's own office, and those that share records of this scope with it now.

    Kept on the user object, which lives as long as a request.
    """
    from amana.casework.accounts.models import Sharing

    cache: dict[str, set[UUID]] = user.__dict__.setdefault("_offices_seen", {})
    if scope not in cache:
        now = timezone.now()
        given = Sharing.objects.filter(
            Q(until=None) | Q(until__gt=now), since__lte=now, receiver=user.office_id, scope=scope
        )
        cache[scope] = {user.office_id, *given.values_list("giver_id", flat=True)}
    return cache[scope]


def owner_of(record: Any) -> Any:
    """What a record's rights follow from: what it is part of, or itself.

    Raises
    ------
    TypeError
        For a record of no office: rights on it must be said, never assumed.
    """
    owner = getattr(record, "owner", None) or record
    if not hasattr(owner, "office_id"):
        raise TypeError(f"{type(record).__name__} belongs to no office")
    return owner


def sees(user: Any, record: Any) -> bool:
    """Whether the person's office sees the office that owns the record, for the record's scope."""
    owner = owner_of(record)
    return owner.office_id in offices_seen(user, getattr(owner, "SCOPE", ""))


# Programs and devices


def owner_of_token(secret: str) -> Any:
    """Who a token lets in; None where it is not known, is over, or its owner may not act.

    A privileged person without a second factor cannot act through a token either.
    """
    from allauth.mfa.utils import is_mfa_enabled

    from amana.casework.accounts.codes import digest
    from amana.casework.accounts.demo import is_demo
    from amana.casework.accounts.models import Token

    given = digest(secret)
    token = Token.objects.filter(digest=given).select_related("user__office").first()
    # The database found the digest, not the secret: how long that took says nothing about the secret.
    if token is None or not hmac.compare_digest(token.digest, given) or not token.is_valid:
        return None
    user = token.user
    if not user.is_active or (user.is_privileged and not is_mfa_enabled(user) and not is_demo()):
        return None
    return user


# Pages


def people(user: Any) -> Any:
    """The people whom this person sees, with whether they have a second factor."""
    from allauth.mfa.models import Authenticator

    from amana.casework.accounts.models import User

    return (
        User.objects.visible_to(user)
        .select_related("office")
        .prefetch_related("holdings")
        .annotate(has_second_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"))))
    )


def offices(user: Any) -> Any:
    """The offices whom this person sees, with how many may sign in."""
    from amana.casework.accounts.models import Office

    return Office.objects.visible_to(user).annotate(
        size=Count("people", filter=Q(people__is_active=True), distinct=True)
    )


def everybody() -> list[Any]:
    """Every person, for the command line of whoever runs the machine."""
    from amana.casework.accounts.models import User

    return list(
        User.objects.select_related("office")
        .prefetch_related("holdings")
        .order_by("office__code", "username")
    )


def administrators(office_id: Any = None) -> list[Any]:
    """Who manages accounts of an office today, or anywhere."""
    from amana.casework.accounts.models import User

    active = User.objects.filter(is_active=True).select_related("office").prefetch_related("holdings")
    if office_id is not None:
        active = active.filter(office=office_id)
    return [u for u in active if MANAGE in u.granted]


def recovery_helpers(person: Any) -> set[UUID]:
    """Offices whose administrators may help somebody who lost their second factor.

    Their own, where two others manage accounts; otherwise also every commission, and the offices that share
    records with it in either direction.
    """
    from amana.casework.accounts.models import Office, Sharing

    own = [a for a in administrators(person.office_id) if a.pk != person.pk]
    if len(own) >= 2:
        return {person.office_id}
    now = timezone.now()
    current = Sharing.objects.filter(Q(until=None) | Q(until__gt=now), since__lte=now)
    pairs = current.filter(Q(giver=person.office_id) | Q(receiver=person.office_id))
    linked = {office for pair in pairs.values_list("giver_id", "receiver_id") for office in pair}
    commissions = Office.objects.filter(kind=Office.Kind.COMMISSION).values_list("pk", flat=True)
    return {person.office_id, *linked, *commissions}


def may_help(by: Any, person: Any) -> bool:
    """Whether somebody may ask for a recovery, or agree to one: an administrator, and not the person."""
    return MANAGE in by.granted and by.pk != person.pk and by.office_id in recovery_helpers(person)


def open_recoveries(user: Any) -> list[Any]:
    """Recoveries that wait for a second administrator or were just agreed, as far as this person may help."""
    from amana.casework.accounts.codes import RECOVERY_WAITS
    from amana.casework.accounts.models import Recovery

    if MANAGE not in user.granted:
        return []
    waiting = Recovery.objects.filter(
        used_at=None, agreed_at=None, asked_at__gt=timezone.now() - RECOVERY_WAITS
    ).select_related("user__office", "asked_by__office")
    return [r for r in waiting if may_help(user, r.user)]
