"""What the holder does with one thing; taking things into custody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.common.access import needs
from amana.casework.custody import forms, queries, services
from amana.casework.custody.rules import HOLD, VIEW
from amana.casework.custody.views.common import SECTION, act_on_item, home, things_named, trail_to_item
from amana.casework.incidents.checks import refuse
from amana.casework.incidents.editing import show_form
from amana.problems import InputProblem


@needs(HOLD)
def take(request: Any) -> HttpResponse:
    """Take things into custody, one or many, with their seals."""
    user = request.user

    def save(form: Any) -> HttpResponse:
        given = form.cleaned_data
        reads = given["things"]
        things = things_named(user, reads)
        refuse(
            InputProblem("custody.say-no-seal", field="unsealed", params={"number": r.number})
            for r in reads
            if not r.seal and not given["unsealed"]
        )
        rows = [
            services.Taking(
                thing, holder=given["holder"], store=given["store"], seal=one.seal, at=given["at"]
            )
            for thing, one in zip(things, reads, strict=True)
        ]
        items = services.take_many(user, rows)
        text = ngettext("%(n)d thing is in custody now.", "%(n)d things are in custody now.", len(items))
        messages.success(request, text % {"n": len(items)})
        return redirect(items[0] if len(items) == 1 else "custody")

    initial = {"things": request.GET.get("n", "")[:60]}
    return show_form(
        request,
        forms.TakeForm(request.POST or None, initial=initial, user=user),
        title=_("Take into custody"),
        about=_(
            "Somebody answers for it from now on, until another has accepted it with its seal read back."
        ),
        submit=_("Take into custody"),
        save=save,
        trail=[home()],
        section=SECTION,
    )


@needs(HOLD)
def seal(request: Any, number: str) -> HttpResponse:
    """Put a seal on a thing."""
    return act_on_item(
        request, number, lambda data, initial: forms.SealForm(data, initial=initial),
        lambda item, given, seen: services.seal(request.user, item, given["seal"], at=given["at"], seen=seen),
        title=_("Put a seal on %(number)s"), submit=_("Record the seal"), done=_("The seal is recorded."),
    )  # fmt: skip


@needs(HOLD)
def open_seal(request: Any, number: str) -> HttpResponse:
    """Open the seal of a thing."""
    return act_on_item(
        request, number, lambda data, initial: forms.OpenForm(data, initial=initial),
        lambda item, given, seen: services.open_seal(
            request.user, item, given["reason"], at=given["at"], seen=seen
        ),
        title=_("Open the seal of %(number)s"), submit=_("Record that it was opened"),
        done=_("It is recorded that the seal was opened."),
        about=_("It stands without a seal until another one is put on."),
    )  # fmt: skip


@needs(HOLD)
def move(request: Any, number: str) -> HttpResponse:
    """Put a thing elsewhere within the office."""
    return act_on_item(
        request, number, lambda data, initial: forms.MoveForm(data, initial=initial, user=request.user),
        lambda item, given, seen: services.move(
            request.user, item, given["store"], at=given["at"], seen=seen
        ),
        title=_("Move %(number)s"), submit=_("Record the move"), done=_("It is recorded where it is now."),
        about=_("Within your office. To another office it is offered."),
    )  # fmt: skip


@needs(HOLD)
def missing(request: Any, number: str) -> HttpResponse:
    """Say that a thing is not where it should be."""
    return act_on_item(
        request, number, lambda data, initial: forms.MissingForm(data, initial=initial),
        lambda item, given, seen: services.report_missing(request.user, item, given["words"], seen=seen),
        title=_("%(number)s is not found"), submit=_("Record that it is not found"),
        done=_("It stands as not found, and somebody will follow it."),
        about=_("Your office goes on answering for it. Two people close the question."),
    )  # fmt: skip


@needs(HOLD)
def found(request: Any, number: str) -> HttpResponse:
    """Say that a thing is there again."""
    return act_on_item(
        request, number, lambda data, initial: forms.FoundForm(data, initial=initial, user=request.user),
        lambda item, given, seen: services.found_again(
            request.user, item, store=given["store"], note=given["note"], seen=seen
        ),
        title=_("%(number)s is found again"), submit=_("Record that it is found"),
        done=_("It is recorded where it is now."),
    )  # fmt: skip


@needs(HOLD)
def emptied(request: Any, number: str) -> HttpResponse:
    """Say that after dividing nothing is left of a thing."""

    def save(item: Any, given: dict[str, Any], seen: dict[Any, int]) -> Any:
        return services.nothing_left(request.user, item, given["reason"], seen.get(item.pk))

    return act_on_item(
        request, number, lambda data, initial: forms.ReasonForm(data, initial=initial), save,
        title=_("Nothing is left of %(number)s"), submit=_("Record it"), done=_("It is recorded."),
        about=_("What was separated from it has numbers of its own. This number then stands for them all."),
    )  # fmt: skip


@needs(VIEW)
def report(request: Any, number: str) -> HttpResponse:
    """Report that something does not fit with a thing."""
    item = queries.item(request.user, number)

    def save(form: Any) -> HttpResponse:
        made = services.report(request.user, item, **form.cleaned_data)
        messages.success(request, _("It is written down, and two people will close it."))
        return redirect(made)

    return show_form(
        request,
        forms.ReportForm(request.POST or None),
        title=_("Something does not fit with %(number)s") % {"number": item.number},
        about=_("Nothing is corrected by this. It is followed until two people have closed it."),
        submit=_("Report it"),
        save=save,
        trail=trail_to_item(item),
        section=SECTION,
    )
