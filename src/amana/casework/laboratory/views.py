"""Pages that show samples, profiles and frequency tables."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from amana.casework.audit.queries import history_of
from amana.casework.common.access import needs
from amana.casework.common.faults import in_words
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.laboratory import calls as reading
from amana.casework.laboratory import queries, services, showing
from amana.casework.laboratory.models import Frequencies, Profile, Sample
from amana.casework.recovery.models import Unit
from amana.kinship.frequencies import allele_order
from amana.problems import InputProblems


class SampleFilters(Filters):
    """Barcode, material and state."""

    words = forms.CharField(label=_("Barcode or material"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("every state")), *Sample.State.choices]
    )

    def apply(self, rows: Any) -> Any:
        """The samples that fit."""
        if self.cleaned_data["state"]:
            rows = rows.filter(state=self.cleaned_data["state"])
        words = self.cleaned_data["words"].strip()
        return (
            rows.filter(barcode__icontains=words) | rows.filter(material__icontains=words) if words else rows
        )


SAMPLES = List(
    caption=_("Samples"),
    columns=(
        Column(_("Barcode"), lambda s: s.barcode, "id", "barcode", ("barcode",)),
        Column(_("Material"), showing.material, "text", "material", ("material",)),
        Column(_("Taken on"), lambda s: s.taken_on, "date", "taken", ("taken_on",)),
        Column(_("State"), showing.state_of_sample, "state", "state", ("state",)),
        Column(_("Typing result"), showing.newest_profile, "state"),
        Column(_("Laboratory"), lambda s: s.office, "text", "office", ("office__code",)),
    ),
    count=lambda n: ngettext("%(n)d sample", "%(n)d samples", n) % {"n": n},
    sort="-barcode",
    url=lambda s: s.get_absolute_url(),
    filters=SampleFilters,
    empty={
        "title": _("No sample yet."),
        "text": _("Whoever takes a sample records it; the laboratory then sees its barcode alone."),
    },
    export="samples",
)


@needs("laboratory.view")
def samples(request: Any, as_csv: bool = False) -> HttpResponse:
    """The list."""
    request.section = "samples"
    user = request.user
    profiles = Profile.objects.only("sample_id", "state", "made_at")
    may_add = "laboratory.record" in user.granted and bool({"recovery.view", "families.view"} & user.granted)
    return show_list(
        request,
        "laboratory/samples.html",
        SAMPLES,
        queries.samples(user).prefetch_related(Prefetch("profiles", queryset=profiles)),
        {"may_add": may_add},
        as_csv=as_csv,
        export_url=reverse("samples-csv"),
    )


def sample_of(user: Any, barcode: str) -> Sample:
    """The sample with this barcode; 404 where the reader sees none."""
    found: Sample = get_object_or_404(queries.samples(user), barcode=barcode if barcode.isprintable() else "")
    return found


@needs("laboratory.view")
@sensitive_variables("opened", "context")
def sample(request: Any, barcode: str, opened: dict[str, Any] | None = None) -> HttpResponse:
    """One sample: where it stands, its typing results, what comes next."""
    request.section = "samples"
    user = request.user
    found = sample_of(user, barcode)
    profiles = queries.profiles_of(user, found)
    may_record = user.has_perm(services.RECORD, found)
    genetics = user.has_perm(services.GENETICS, found)
    context = {
        "sample": found,
        "state": showing.state_of_sample(found),
        "facts": [*showing.facts(found), *_origin(user, found)],
        "profiles": [_profile_shown(user, p, genetics, opened) for p in profiles],
        "genetics": genetics,
        "may_receive": may_record and found.state == Sample.State.TAKEN,
        "may_fail": may_record and found.state == Sample.State.RECEIVED,
        "may_enter": may_record and genetics and found.state in (Sample.State.RECEIVED, Sample.State.TYPED),
        "steps": showing.steps(found, profiles),
        "history": history_of(found, user),
        "trail": [{"url": reverse("samples"), "label": _("Laboratory")}],
    }
    status = 422 if opened and opened.get("error") else 200
    return render(request, "laboratory/sample.html", context, status=status)


def _origin(user: Any, sample: Sample) -> list[dict[str, Any]]:
    """What it is of, for who sees remains or families by their own right."""
    found = queries.origin(user, sample)
    if found is None:
        return []
    label = _("Unit") if isinstance(found, Unit) else _("Relative")
    return [{"label": label, "value": found.number, "kind": "id", "url": found.get_absolute_url()}]


def _profile_shown(
    user: Any, profile: Profile, genetics: bool, opened: dict[str, Any] | None
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "profile": profile,
        "state": showing.state_of_profile(profile),
        "may_sign": genetics and profile.state == Profile.State.DRAFT and profile.entered_by_id != user.pk,
        "may_withdraw": genetics and profile.state != Profile.State.WITHDRAWN,
    }
    if not genetics:
        return shown
    if profile.subject_id is None:
        return {**shown, "genotypes": showing.genotypes(reading.parse(profile.calls))}
    mine = opened if opened and opened["profile"] == profile.pk else None
    if mine and "calls" in mine:
        return {**shown, "genotypes": showing.genotypes(mine["calls"]), "just_opened": True}
    shown["sealed"] = {
        "id": f"calls-{profile.pk}",
        "title": _now("Genotypes of a living person"),
        "url": reverse("profile-open", args=[profile.sample.barcode, profile.pk]),
        "opened": False,
        "may_open": True,
        "error": mine["error"] if mine else None,
        "reason": mine["reason"] if mine else "",
    }
    return shown


def profile_of(user: Any, barcode: str, key: UUID) -> Profile:
    """One typing result of a sample; 404 where the reader sees none."""
    rows = Profile.objects.visible_to(user).select_related("sample__office")
    found: Profile = get_object_or_404(rows, sample=sample_of(user, barcode), pk=key)
    return found


@needs("laboratory.genetics")
@sensitive_variables("calls", "opened")
def open_profile(request: Any, barcode: str, key: UUID) -> HttpResponse:
    """Show the genotypes of a living person to who says why; the log has it before the page."""
    profile = profile_of(request.user, barcode, key)
    if request.method != "POST" or profile.subject_id is None:
        return sample(request, barcode)
    reason = request.POST.get("reason", "")[:300]
    opened: dict[str, Any] = {"profile": profile.pk, "reason": reason, "error": None}
    try:
        opened["calls"] = services.open_calls(request.user, profile, reason)
    except InputProblems as found:
        opened["error"] = in_words(found.problems[0])
    response: HttpResponse = sample(request, barcode, opened)
    return response


TABLES = List(
    caption=_("Frequency tables"),
    columns=(
        Column(_("Name"), lambda f: f.name, "text", "name", ("name",)),
        Column(_("Source"), lambda f: f.source[:160]),
        Column(_("Licence"), lambda f: f.licence),
        Column(_("Added"), lambda f: f.added_at, "time", "added", ("added_at",)),
        Column(_("Office"), lambda f: f.office, "text", "office", ("office__code",)),
    ),
    count=lambda n: ngettext("%(n)d table", "%(n)d tables", n) % {"n": n},
    sort="name",
    url=lambda f: f.get_absolute_url(),
    empty={
        "title": _("No frequency table yet."),
        "text": _("Without one nothing can be weighed. The laboratory adds a table with its source."),
    },
    export="frequencies",
)


@needs("laboratory.view")
def tables(request: Any, as_csv: bool = False) -> HttpResponse:
    """The frequency tables."""
    request.section = "samples"
    rows = Frequencies.objects.visible_to(request.user).select_related("office").defer("table")
    return show_list(
        request,
        "laboratory/tables.html",
        TABLES,
        rows,
        {
            "may_add": "laboratory.record" in request.user.granted,
            "trail": [{"url": reverse("samples"), "label": _("Laboratory")}],
        },
        as_csv=as_csv,
        export_url=reverse("frequencies-csv"),
    )


@needs("laboratory.view")
def table(request: Any, key: UUID) -> HttpResponse:
    """One table, with where it comes from."""
    request.section = "samples"
    rows = Frequencies.objects.visible_to(request.user).select_related("office")
    found: Frequencies = get_object_or_404(rows, pk=key)
    context = {
        "found": found,
        "facts": [
            {"label": _("Name"), "value": found.name},
            {"label": _("Source"), "value": found.source, "kind": "lines"},
            {"label": _("Licence"), "value": found.licence},
            {
                "label": _("Least frequency"),
                "value": found.minimum,
                "kind": "id" if found.minimum else "text",
            },
            {"label": _("Added"), "value": found.added_at, "kind": "time"},
            {"label": _("Office"), "value": found.office},
        ],
        "markers": [
            (marker, [(a, f"{alleles[a]:.4g}") for a in sorted(alleles, key=allele_order)])
            for marker, alleles in sorted(found.table.items())
        ],
        "history": history_of(found, request.user),
        "trail": [
            {"url": reverse("samples"), "label": _("Laboratory")},
            {"url": reverse("frequencies"), "label": _("Frequency tables")},
        ],
    }
    return render(request, "laboratory/table.html", context)
