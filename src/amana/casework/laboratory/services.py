"""Writing samples, profiles and frequency tables."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.accounts.models import Office
from amana.casework.audit.keyring import keyring
from amana.casework.audit.writing import Log, writing
from amana.casework.families.models import Consent, Relative
from amana.casework.families.queries import consenting
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.laboratory import calls as reading
from amana.casework.laboratory.models import Frequencies, Profile, Sample
from amana.casework.laboratory.queries import known_markers, opened_calls
from amana.casework.missing.models import Sex
from amana.casework.numbers.services import SAMPLE, take
from amana.casework.recovery.models import Unit
from amana.casework.recovery.services.belongings import withdrawn
from amana.kinship.frequencies import table_problems
from amana.kinship.markers import FrequencyTable
from amana.problems import InputProblem, InputProblems

RECORD, GENETICS = "laboratory.record", "laboratory.genetics"


@dataclass(frozen=True)
class NewSample:
    """Material to put under a barcode: of one unit or of one relative."""

    material: str
    unit: Unit | None = None
    relative: Relative | None = None
    taken_on: datetime.date | None = None


@dataclass(frozen=True)
class NewProfile:
    """A typing result to enter.  ``sex`` is by amelogenin; it may also stand among the calls."""

    sample: Sample
    calls: Mapping[str, Sequence[str | None]]
    kit: str = ""
    dropout: float = 0.0
    dropin: float = 0.0
    sex: str = ""


# --- samples ------------------------------------------------------------------------------------------


def add_sample(by: Any, *, laboratory: Office | None = None, **fields: Any) -> Sample:
    """Put material of a unit or a relative under a barcode; see :func:`add_samples`."""
    return add_samples(by, [NewSample(**fields)], laboratory=laboratory)[0]


def add_samples(by: Any, new: Sequence[NewSample], *, laboratory: Office | None = None) -> list[Sample]:
    """Put material under barcodes, all or none.

    Parameters
    ----------
    laboratory
        Which laboratory types it: it owns the sample from then on.  By default the person's own office.

    Raises
    ------
    InputProblems
        Where a sample is of nobody or of two, or of a relative who has not agreed, or no longer agrees,
        that a laboratory uses it.
    PermissionDenied
        For a unit or a relative that the person may not see.
    """
    owner = laboratory or by.office
    with writing(by, "laboratory.sample.added", may=RECORD) as log:
        agreed = consenting(
            (s.relative.pk for s in new if s.relative is not None), Consent.Recipient.LABORATORY
        )
        problems = [
            dataclasses.replace(p, row=number if len(new) > 1 else None)
            for number, sample in enumerate(new, 1)
            for p in _sample_faults(sample, agreed)
        ]
        refuse(problems)
        _seen(by, new)
        barcodes = take(log, owner, SAMPLE, len(new)) if new else []
        samples = [
            Sample(
                office=owner, barcode=barcode, unit=s.unit, relative=s.relative,
                subject_id=s.relative.subject_id if s.relative else None, material=s.material.strip(),
                taken_on=s.taken_on,
            )
            for s, barcode in zip(new, barcodes, strict=True)
        ]  # fmt: skip
        log.save_new(samples)
    return samples


def receive_sample(by: Any, sample: Sample) -> Sample:
    """The laboratory has it in hand."""
    return receive_samples(by, [sample])[0]


def receive_samples(by: Any, samples: Sequence[Sample]) -> list[Sample]:
    """A whole delivery, all or none; each must be on its way.

    Raises
    ------
    InputProblems
        Also for a sample that custody says somebody else holds: then its hand-over is accepted there, which
        receives it.
    """
    from amana.casework.custody.queries import not_here  # whose tables refer to those of this station

    _each(by, RECORD, samples)
    with writing(by, "laboratory.sample.received", may=RECORD) as log:
        locked = _locked(samples)
        _in_state(locked, (Sample.State.TAKEN,))
        refuse(
            InputProblem("laboratory.held-elsewhere", field="sample", params={"barcode": barcode})
            for barcode in not_here(by, locked)
        )
        mark_received(log, locked)
    return locked


def mark_received(log: Log, samples: Sequence[Sample]) -> None:
    """Mark samples that the laboratory has in hand; for custody as well, whose acceptance has locked them."""
    for sample in samples:
        sample.state = Sample.State.RECEIVED
    log.save_changed(samples, ["state"], "laboratory.sample.received")


def fail_sample(by: Any, sample: Sample, reason: str) -> Sample:
    """Nothing could be read: the unit or the relative needs another sample."""
    refuse(reason_given(reason))
    with writing(by, "laboratory.sample.failed", may=RECORD, on=sample, reason=reason.strip()) as log:
        (sample,) = _locked([sample])
        _in_state([sample], (Sample.State.RECEIVED,))
        sample.state = Sample.State.FAILED
        log.save(sample)
    return sample


# --- profiles -----------------------------------------------------------------------------------------


def add_profile(by: Any, sample: Sample, calls: Mapping[str, Any], **fields: Any) -> Profile:
    """Enter the typing result of a received sample; see :func:`add_profiles`."""
    return add_profiles(by, [NewProfile(sample, calls, **fields)])[0]


def add_profiles(by: Any, new: Sequence[NewProfile]) -> list[Profile]:
    """Enter typing results, all or none.  Calls of a relative are sealed under the relative's key.

    Raises
    ------
    InputProblems
        For a sample not received, markers that no table has, alleles that are none, probabilities out of
        range, and a sex that is none or is not what amelogenin says.
    """
    _each(by, RECORD, [n.sample for n in new])
    _each(by, GENETICS, [n.sample for n in new])
    known = known_markers(by)
    read = [reading.read(n.calls, known) for n in new]
    problems = [
        dataclasses.replace(p, row=number if len(new) > 1 else None)
        for number, (profile, found) in enumerate(zip(new, read, strict=True), 1)
        for p in (*found.problems, *_profile_faults(profile, found))
    ]
    refuse(problems)
    with writing(by, "laboratory.profile.entered", may=GENETICS) as log:
        samples = {s.pk: s for s in _locked([n.sample for n in new])}
        _in_state(samples.values(), (Sample.State.RECEIVED, Sample.State.TYPED))
        keys = keyring().of_all(s.subject_id for s in samples.values() if s.subject_id is not None)
        profiles = []
        for entered, found in zip(new, read, strict=True):
            sample = samples[entered.sample.pk]
            key = keys[str(sample.subject_id)] if sample.subject_id is not None else None
            profiles.append(
                Profile(
                    sample=sample, subject_id=sample.subject_id, kit=entered.kit.strip(), entered_by=by,
                    calls="" if key else found.text,
                    sealed_calls=key.seal.encrypt(found.text.encode()).decode() if key else "",
                    markers=len(found.calls), dropout=entered.dropout, dropin=entered.dropin,
                    sex=entered.sex or found.sex,
                )
            )  # fmt: skip
        typed = [s for s in samples.values() if s.state != Sample.State.TYPED]
        for sample in typed:
            sample.state = Sample.State.TYPED
        log.save_new(profiles)
        log.save_changed(typed, ["state"], "laboratory.sample.typed")
    return profiles


def sign_profile(by: Any, profile: Profile) -> Profile:
    """Answer for a typing result: only signed ones are compared."""
    return sign_profiles(by, [profile])[0]


def sign_profiles(by: Any, profiles: Sequence[Profile]) -> list[Profile]:
    """Answer for typing results, all or none.

    Raises
    ------
    InputProblems
        For one that is signed or withdrawn already, or that the signer entered: two pairs of eyes see it.
    """
    _each(by, GENETICS, profiles)
    with writing(by, "laboratory.profile.signed", may=GENETICS) as log:
        locked = list(
            Profile.objects.select_for_update(of=("self",))
            .select_related("sample")
            .filter(pk__in=[p.pk for p in profiles])
        )
        _profile_in_state(locked, (Profile.State.DRAFT,))
        refuse(
            InputProblem("laboratory.own-profile", params={"barcode": p.sample.barcode})
            for p in locked
            if p.entered_by_id == by.pk
        )
        now = timezone.now()
        for profile in locked:
            profile.state, profile.signed_by, profile.signed_at = Profile.State.SIGNED, by, now
        log.save_changed(locked, ["state", "signed_by", "signed_at"])
    return locked


def withdraw_profile(by: Any, profile: Profile, reason: str) -> Profile:
    """A result that must not be used any more stays on record as withdrawn; the sample can be typed again."""
    refuse(reason_given(reason))
    with writing(by, "laboratory.profile.withdrawn", may=GENETICS, on=profile, reason=reason.strip()) as log:
        (sample,) = _locked([profile.sample])
        profile = Profile.objects.select_for_update().get(pk=profile.pk)
        _profile_in_state([profile], (Profile.State.DRAFT, Profile.State.SIGNED))
        profile.state = Profile.State.WITHDRAWN
        log.save(profile)
        if not sample.profiles.exclude(state=Profile.State.WITHDRAWN).exists():
            sample.state = Sample.State.RECEIVED
            log.save(sample, "laboratory.sample.untyped")
    return profile


def open_calls(by: Any, profile: Profile, reason: str) -> reading.Calls:
    """The genotypes of a relative, shown to one person who says why; the opening is in the log first.

    Raises
    ------
    InputProblems
        Without a reason.
    """
    if not reason.strip():
        raise InputProblems([InputProblem("protected.needs-reason", field="reason")])
    with writing(by, "protected.opened", may=GENETICS, on=profile, reason=reason.strip()) as log:
        log.note(profile.log_name(), profile.pk, {"field": "sealed_calls"}, subject=profile.subject_id)
        found = opened_calls([profile])
        if profile.pk not in found:
            raise InputProblems([InputProblem("protected.erased", field="sealed_calls")])
        return reading.parse(found[profile.pk])


# --- frequency tables -----------------------------------------------------------------------------------


def add_frequencies(
    by: Any,
    *,
    name: str,
    source: str,
    table: Mapping[str, Mapping[str, float]],
    licence: str = "",
    minimum: float | None = None,
) -> Frequencies:
    """A table of allele frequencies, as its source gave it.  A corrected table is another one.

    Raises
    ------
    InputProblems
        Without name or source; for frequencies that are not in (0, 1], or a marker whose frequencies do
        not sum to one.
    """
    said = Frequencies(name=name, source=source, licence=licence)
    problems = [p for p in faults(said) if p.field in ("name", "source", "licence")]
    problems += _table_faults(name, table)
    if minimum is not None and not 0 < minimum < 1:
        problems.append(InputProblem("value.frequency", field="minimum", params={"value": minimum}))
    refuse(problems)
    with writing(by, "laboratory.frequencies.added", may=RECORD) as log:
        row = Frequencies(
            office=by.office, name=name.strip(), source=source.strip(), licence=licence.strip(),
            minimum=minimum, table={m: dict(alleles) for m, alleles in table.items()},
        )  # fmt: skip
        log.save(row)
    return row


def _table_faults(name: str, table: object) -> list[InputProblem]:
    if not isinstance(table, Mapping) or not table:
        return [InputProblem("frequencies.no-markers", field="table")]
    problems = []
    for marker, alleles in table.items():
        if not isinstance(alleles, Mapping):
            problems.append(InputProblem("frequencies.no-alleles", field="table", params={"marker": marker}))
            continue
        if not all(str(text).isprintable() for text in (marker, *alleles)):
            params = {"marker": repr(marker)}
            problems.append(InputProblem("frequencies.no-alleles", field="table", params=params))
            continue
        for allele, value in alleles.items():
            number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
            if not number or not 0 < value <= 1:
                params = {"marker": marker, "allele": allele, "value": str(value)}
                problems.append(InputProblem("frequencies.not-positive", field="table", params=params))
    if problems:
        return problems
    found = table_problems(FrequencyTable(name, table))
    return [dataclasses.replace(p, field="table") for p in found if not p.warning]


# --- what must hold -------------------------------------------------------------------------------------


def _sample_faults(sample: NewSample, agreed: set[Any]) -> list[InputProblem]:
    problems = [p for p in faults(Sample(material=sample.material)) if p.field == "material"]
    if (sample.unit is None) == (sample.relative is None):
        problems.append(InputProblem("laboratory.sample-of-one", field="unit"))
    elif sample.relative is not None and sample.relative.pk not in agreed:
        params = {"number": sample.relative.number}
        problems.append(InputProblem("laboratory.no-consent", field="relative", params=params))
    elif sample.unit is not None:
        problems += withdrawn([sample.unit])
    if sample.taken_on is not None and sample.taken_on > timezone.localdate():
        params = {"value": sample.taken_on.isoformat()}
        problems.append(InputProblem("missing.date-ahead", field="taken_on", params=params))
    return problems


def _seen(by: Any, new: Sequence[NewSample]) -> None:
    units = {s.unit.pk for s in new if s.unit is not None}
    relatives = {s.relative.pk for s in new if s.relative is not None}
    if units and Unit.objects.visible_to(by).filter(pk__in=units).count() != len(units):
        raise PermissionDenied("recovery.view")
    if relatives and Relative.objects.visible_to(by).filter(pk__in=relatives).count() != len(relatives):
        raise PermissionDenied("families.view")


def _profile_faults(new: NewProfile, found: reading.Reading) -> list[InputProblem]:
    problems = [
        InputProblem("value.probability", field=field, params={"value": value})
        for field, value in (("dropout", new.dropout), ("dropin", new.dropin))
        if not 0 <= value < 1
    ]
    problems += [p for p in faults(Profile(kit=new.kit)) if p.field == "kit"]
    if new.sex not in ("", *Sex.values):
        problems.append(InputProblem("record.unknown-word", field="sex", params={"given": new.sex}))
    elif new.sex and found.sex and new.sex != found.sex:
        params = {"stated": new.sex, "found": found.sex}
        problems.append(InputProblem("laboratory.amelogenin-disagrees", field="sex", params=params))
    return problems


def _each(by: Any, permission: str, records: Iterable[Any]) -> None:
    if not all(by.has_perm(permission, record) for record in records):
        raise PermissionDenied(permission)


def _locked(samples: Iterable[Sample]) -> list[Sample]:
    wanted = [s.pk for s in samples]
    found = {s.pk: s for s in Sample.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    return [found[key] for key in dict.fromkeys(wanted)]


def _in_state(samples: Iterable[Sample], states: tuple[str, ...]) -> None:
    problems = [
        InputProblem(
            "laboratory.sample-state", field="sample",
            params={"barcode": s.barcode, "state": str(s.get_state_display())},
        )
        for s in samples
        if s.state not in states
    ]  # fmt: skip
    refuse(problems)


def _profile_in_state(profiles: Iterable[Profile], states: tuple[str, ...]) -> None:
    problems = [
        InputProblem(
            "laboratory.profile-state", field="profile",
            params={"barcode": p.sample.barcode, "state": str(p.get_state_display())},
        )
        for p in profiles
        if p.state not in states
    ]  # fmt: skip
    refuse(problems)
