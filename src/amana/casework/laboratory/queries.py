"""Reading samples, profiles and tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from amana.casework.audit.keyring import keyring
from amana.casework.families.models import Consent, Relative
from amana.casework.families.queries import consent_of
from amana.casework.incidents.models import Incident
from amana.casework.laboratory import calls as reading
from amana.casework.laboratory.models import Frequencies, Profile, Sample
from amana.casework.recovery.models import Unit
from amana.kinship.frequencies import allele_order
from amana.kinship.markers import FrequencyTable


def known_markers(user: Any) -> dict[str, frozenset[str]]:
    """Every marker of the tables that the person sees, with the alleles of any of them."""
    found: dict[str, frozenset[str]] = {}
    for table in Frequencies.objects.visible_to(user).values_list("table", flat=True):
        for marker, alleles in table.items():
            found[marker] = found.get(marker, frozenset()) | alleles.keys()
    return found


def frequency_table(row: Frequencies) -> FrequencyTable:
    """A stored table as the science wing takes it, in an order that no database changes."""
    loci = {
        marker: {allele: row.table[marker][allele] for allele in sorted(row.table[marker], key=allele_order)}
        for marker in sorted(row.table)
    }
    return FrequencyTable(row.name, loci, row.source, row.licence, row.minimum)


def usable_profiles(user: Any) -> QuerySet[Profile]:
    """Profiles that may be compared: signed, and of a relative only while their consent stands."""
    found: QuerySet[Profile] = Profile.objects.visible_to(user).filter(state=Profile.State.SIGNED)
    agreed = consent_of("sample__relative", Consent.Recipient.LABORATORY)
    return found.filter(Q(sample__relative=None) | agreed)


def opened_calls(profiles: Iterable[Profile]) -> dict[Any, str]:
    """Calls of profiles as stored text, by profile; those of erased people are left out.

    For what puts the opening on record itself.
    """
    profiles = list(profiles)
    keys = keyring().present(p.subject_id for p in profiles if p.subject_id is not None)
    found = {}
    for profile in profiles:
        if profile.subject_id is None:
            found[profile.pk] = profile.calls
        elif profile.sealed_calls and str(profile.subject_id) in keys:
            seal = keys[str(profile.subject_id)].seal
            found[profile.pk] = seal.decrypt(profile.sealed_calls.encode()).decode()
    return found


@dataclass(frozen=True)
class Typed:
    """A usable profile with what was read.  ``text`` is the calls as stored."""

    profile: Profile
    text: str

    @property
    def barcode(self) -> str:
        """Of its sample."""
        return self.profile.sample.barcode

    @property
    def calls(self) -> reading.Calls:
        """What was read."""
        return reading.parse(self.text)


def profiles_for_comparison(user: Any, incident: Incident) -> tuple[list[Typed], list[Typed]]:
    """Profiles of an incident's units, and of relatives: signed, with consent, the latest of each sample.

    What is sealed is opened: the caller puts on record what it was opened for.

    Raises
    ------
    PermissionDenied
        Without the right to see genotypes.
    """
    if "laboratory.genetics" not in user.granted:
        raise PermissionDenied("laboratory.genetics")
    usable = usable_profiles(user).select_related("sample__unit", "sample__relative")
    units = Unit.objects.visible_to(user).filter(incident=incident)
    relatives = Relative.objects.visible_to(user)
    return (
        _latest(usable.filter(sample__unit__in=units)),
        _latest(usable.filter(sample__relative__in=relatives)),
    )


def _latest(profiles: QuerySet[Profile]) -> list[Typed]:
    newest: dict[Any, Profile] = {}
    for profile in profiles.order_by("sample__barcode", "signed_at", "pk"):
        newest[profile.sample_id] = profile
    texts = opened_calls(newest.values())
    return [Typed(p, texts[p.pk]) for p in newest.values() if p.pk in texts]


class Reference(StrEnum):
    """How far the sample of a relative has come, the farthest of several."""

    REFUSED = "refused"
    NONE = "none"
    FAILED = "failed"
    ON_ITS_WAY = "on_its_way"
    TYPED = "typed"
    USABLE = "usable"


_REFERENCE_OF = {
    Sample.State.FAILED: Reference.FAILED,
    Sample.State.TAKEN: Reference.ON_ITS_WAY,
    Sample.State.RECEIVED: Reference.ON_ITS_WAY,
    Sample.State.TYPED: Reference.TYPED,
}
_FARTHEST = list(Reference)


def references_of(user: Any, relatives: Iterable[Any]) -> dict[Any, Reference]:
    """Relative (identifier) to how far their sample has come, for who sees families.

    It tells no barcode, so that nobody learns from a family whose sample a laboratory has before them.
    """
    seen = Relative.objects.visible_to(user).filter(pk__in=list(relatives))
    agreed = set(
        Consent.objects.filter(
            relative__in=seen, recipient=Consent.Recipient.LABORATORY, withdrawn_at=None
        ).values_list("relative_id", flat=True)
    )
    found = {r.pk: Reference.NONE if r.pk in agreed else Reference.REFUSED for r in seen}
    for sample in Sample.objects.filter(relative__in=agreed).prefetch_related("profiles"):
        signed = any(p.state == Profile.State.SIGNED for p in sample.profiles.all())
        reached = Reference.USABLE if signed else _REFERENCE_OF[Sample.State(sample.state)]
        found[sample.relative_id] = max(found[sample.relative_id], reached, key=_FARTHEST.index)
    return found


def samples(user: Any) -> QuerySet[Sample]:
    """Samples that the person sees."""
    found: QuerySet[Sample] = Sample.objects.visible_to(user).select_related("office")
    return found


def origin(user: Any, sample: Sample) -> Unit | Relative | None:
    """What a sample is of, for who may see that by another right; the laboratory sees barcodes."""
    if sample.unit_id is not None:
        return Unit.objects.visible_to(user).filter(pk=sample.unit_id).first()
    return Relative.objects.visible_to(user).filter(pk=sample.relative_id).first()


def profiles_of(user: Any, sample: Sample) -> list[Profile]:
    """Typing results of a sample, newest first."""
    rows = Profile.objects.visible_to(user).filter(sample=sample)
    return list(rows.select_related("sample", "entered_by", "signed_by").order_by("-made_at", "pk"))
