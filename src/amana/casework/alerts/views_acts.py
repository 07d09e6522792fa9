"""What the desk does with an alert: a form for each act, drawn from what the alert was when it was shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from amana.casework.alerts import forms, queries, rules, showing, showing_alert
from amana.casework.alerts.models import Alert
from amana.casework.alerts.services import judging, linking, merging, receiving, triage
from amana.casework.alerts.views_alert import as_sent_now, found, told, trail
from amana.casework.common.access import needs
from amana.problems import InputProblem, InputProblems


def _act(
    request: Any, alert: Alert, form: Any, do: Callable[[dict[str, Any]], Any], *, done: str, **page: Any
) -> HttpResponse:
    """Show the alert and a form; on a sound form act, say so, and go to what came of it."""
    if request.method == "POST" and form.is_valid():
        try:
            made = do(form.cleaned_data)
        except InputProblems as problems:
            told(form, problems)
            if any(p.code == "alerts.changed-meanwhile" for p in problems.problems):
                alert = queries.alert(request.user, alert.number)
                form.data = as_sent_now(form.data, {"seen": alert.revision})
        else:
            messages.success(request, done)
            return redirect(made if hasattr(made, "get_absolute_url") else alert)
    context = {
        "alert": alert,
        "headline": showing.headline(alert),
        "answer": showing_alert.answer(alert),
        "state": showing.state(alert),
        "priority": showing.priority(alert) if alert.priority else None,
        "due": showing.due(alert),
        "signs": showing.signs(alert),
        "form": form,
        "cancel_url": alert.get_absolute_url(),
        "trail": trail(alert),
        **page,
    }
    return render(request, "alerts/act.html", context, status=422 if form.errors else 200)


def _form(
    request: Any, kind: Any, alert: Alert, /, initial: dict[str, Any] | None = None, **more: Any
) -> Any:
    if request.method == "POST":
        return kind(request.POST, **more)
    return kind(initial={"seen": alert.revision, **(initial or {})}, **more)


@needs("alerts.record")
def acknowledge(request: Any, number: str) -> HttpResponse:
    """Say that somebody read it, in one sentence."""
    alert = found(request, number)
    return _act(
        request, alert, _form(request, forms.AcknowledgeForm, alert),
        lambda d: triage.acknowledge(request.user, alert, d["summary"], seen=d["seen"]),
        done=_("Acknowledged. Alerts that look like it stand on its page."), title=_("Acknowledge the alert"),
        about=_("You say that you read it. Read what was reported first; that is on the alert’s own page."),
        submit=_("Acknowledge"),
    )  # fmt: skip


@needs("alerts.record")
def correct(request: Any, number: str) -> HttpResponse:
    """Say the office's own sentence better."""
    alert = found(request, number)
    return _act(
        request, alert, _form(request, forms.CorrectForm, alert, {"summary": alert.summary}),
        lambda d: triage.correct_summary(request.user, alert, d["summary"], d["reason"], seen=d["seen"]),
        done=_("The sentence was corrected; the old one stays in the history."),
        title=_("Correct the sentence"), submit=_("Correct it"),
    )  # fmt: skip


@needs("alerts.triage")
def triage_it(request: Any, number: str) -> HttpResponse:
    """How soon somebody must act."""
    alert = found(request, number)
    initial = {name: getattr(alert, name) for name in triage.Triage.__dataclass_fields__}
    initial["find_age"] = alert.find_age or Alert.Age.UNKNOWN
    return _act(
        request, alert, _form(request, forms.TriageForm, alert, initial),
        lambda d: triage.triage(
            request.user, alert, triage.Triage(**{k: v for k, v in d.items() if k != "seen"}), seen=d["seen"]
        ),
        done=_("The triage is recorded."), title=_("Triage the alert"),
        about=_("What is said here can be changed when more is known."), submit=_("Record the triage"),
    )  # fmt: skip


@needs("alerts.triage")
def assign(request: Any, number: str) -> HttpResponse:
    """Give it to a person of the office."""
    alert = found(request, number)
    form = _form(request, forms.AssignForm, alert, people=queries.takers(request.user))
    return _act(
        request, alert, form, lambda d: triage.assign(request.user, alert, d["to"], seen=d["seen"]),
        done=_("It has somebody now."), title=_("Give the alert to somebody"),
        about=_("From then on this person answers for it, and finds it on their first page."),
        submit=_("Give it"),
    )  # fmt: skip


@needs("alerts.record")
def take(request: Any, number: str) -> HttpResponse:
    """Take it oneself."""
    alert = found(request, number)
    return _act(
        request, alert, _form(request, forms.ActForm, alert),
        lambda d: triage.take(request.user, alert, seen=d["seen"]),
        done=_("You have it now."), title=_("Take the alert myself"),
        about=_("You answer for it until you close it, refer it, or somebody else takes it."),
        submit=_("Take it"),
    )  # fmt: skip


@needs("alerts.triage")
def refer(request: Any, number: str) -> HttpResponse:
    """Hand it to somebody outside the office."""
    alert = found(request, number)
    return _act(
        request, alert, _form(request, forms.ReferForm, alert, {"to": alert.referred_to}),
        lambda d: triage.refer(request.user, alert, d["to"], d["words"], seen=d["seen"]),
        done=_("The referral is recorded."), title=_("Refer the alert"),
        about=_(
            "You record that you told somebody outside; the program tells nobody. Never pass on who reported "
            "it unless the reporter agreed."
        ),
        submit=_("Record the referral"),
    )  # fmt: skip


def _with_reason(
    request: Any, number: str, do: Callable[..., Any], *, danger: bool = False, **page: Any
) -> HttpResponse:
    alert = found(request, number)
    return _act(
        request, alert, _form(request, forms.ReasonForm, alert),
        lambda d: do(request.user, alert, d["reason"], seen=d["seen"]), danger=danger, **page,
    )  # fmt: skip


@needs("alerts.view")
def close(request: Any, number: str) -> HttpResponse:
    """It was followed to its end: by a duty officer, or whoever has it."""
    alert = found(request, number)
    if not rules.has_it(request.user, alert) and not request.user.has_perm("alerts.triage", alert):
        raise PermissionDenied("alerts.triage")
    return _with_reason(
        request, number, triage.close, done=_("The alert is closed."), title=_("Close the alert"),
        about=_("Say what came of it. Who reported it sees with the code that it is closed, and no more."),
        submit=_("Close it"),
    )  # fmt: skip


@needs("alerts.triage")
def reopen(request: Any, number: str) -> HttpResponse:
    """It waits for somebody again."""
    return _with_reason(
        request, number, triage.reopen, done=_("The alert is open again."), title=_("Open the alert again"),
        about=_("It waits for somebody again."), submit=_("Open it again"),
    )  # fmt: skip


@needs("alerts.judge")
def doubt(request: Any, number: str) -> HttpResponse:
    """Think it unfounded."""
    return _with_reason(
        request, number, judging.doubt, done=_("Your doubt is recorded. Nothing is decided yet."),
        title=_("Say that the alert looks unfounded"),
        about=_(
            "Nothing is decided by this. A second duty officer can confirm it after 72 hours; either of you "
            "can take it back, and what is added takes it back by itself."
        ),
        submit=_("Record my doubt"),
    )  # fmt: skip


@needs("alerts.judge")
def confirm(request: Any, number: str) -> HttpResponse:
    """Agree as the second person."""
    alert = found(request, number)
    return _with_reason(
        request, number, judging.confirm, done=_("The alert is unfounded, by two people."),
        title=_("Is the alert unfounded?"),
        about=_(
            "You decide as the second person, after %(person)s. Look at it yourself first. If it may be "
            "founded, go back and take the doubt back."
        ) % {"person": alert.doubted_by or "–"},
        submit=_("Confirm: it is unfounded"),
    )  # fmt: skip


@needs("alerts.judge")
def take_back(request: Any, number: str) -> HttpResponse:
    """It may be founded after all."""
    return _with_reason(
        request, number, judging.take_back, done=_("The doubt is taken back; the alert waits for somebody."),
        title=_("Take the doubt back"), about=_("It may be founded. It waits for somebody again."),
        submit=_("Take the doubt back"),
    )  # fmt: skip


@needs("alerts.triage")
def unmerge(request: Any, number: str) -> HttpResponse:
    """It was another find."""
    return _with_reason(
        request, number, merging.unmerge, done=_("The two alerts stand apart again."),
        title=_("Take the merge apart"), about=_("It was another find: the alert goes on by itself."),
        submit=_("Take it apart"),
    )  # fmt: skip


@needs("alerts.triage")
def merge(request: Any, number: str) -> HttpResponse:
    """It is a report of the same find as another one."""
    alert = found(request, number)

    def do(given: dict[str, Any]) -> Alert:
        head = queries.by_number(request.user, given["head"])
        if head is None:
            params = {"number": given["head"]}
            raise InputProblems([InputProblem("alerts.no-such-record", field="head", params=params)])
        merging.merge(request.user, alert, head, given["reason"], seen=given["seen"])
        return head

    return _act(
        request, alert, _form(request, forms.MergeForm, alert, {"head": request.GET.get("into", "")}), do,
        done=_("Merged. What was reported in both stands on one page."), title=_("Merge into another alert"),
        about=_("Both are reports of the same find. It can be taken apart again."), submit=_("Merge"),
    )  # fmt: skip


@needs("alerts.triage")
def link(request: Any, number: str) -> HttpResponse:
    """It belongs to an incident or a site that is there."""
    alert = found(request, number)
    user = request.user
    form = _form(
        request, forms.LinkForm, alert, {"incident": alert.incident_id, "site": alert.site_id}, user=user,
        alert=alert,
    )  # fmt: skip
    return _act(
        request, alert, form,
        lambda d: linking.link(
            user, alert, incident=d["incident"], site=d["site"], reason=d["reason"], seen=d["seen"]
        ),
        done=_("The link is recorded."), title=_("Link the alert to an incident or a site"),
        about=_("A site brings its incident with it."), submit=_("Link it"),
        others=[
            {"url": reverse(name, args=[alert.number]), "word": word}
            for name, word, may in (
                ("alert-incident", _("Make a new incident from it"), "incidents.record"),
                ("alert-site", _("Make a new site from it"), "sites.record"),
            )
            if may in user.granted and (name == "alert-incident" or alert.incident_id)
        ],
    )  # fmt: skip


@needs("alerts.triage")
def new_incident(request: Any, number: str) -> HttpResponse:
    """An incident made from it."""
    alert = found(request, number)
    return _act(
        request, alert, _form(request, forms.NewForm, alert),
        lambda d: linking.new_incident(
            request.user, alert, name_en=d["name_en"], name_ar=d["name_ar"], seen=d["seen"]
        ),
        done=_("The incident is open, and the alert is linked to it."),
        title=_("Make a new incident from the alert"),
        about=_("An incident gathers alerts, sites, remains and people. What was said stays sealed."),
        submit=_("Open the incident"),
    )  # fmt: skip


@needs("alerts.triage")
def new_site(request: Any, number: str) -> HttpResponse:
    """A site of its incident made from it."""
    alert = found(request, number)
    if alert.incident is None:
        return redirect("alert-link", number=alert.number)
    incident = alert.incident
    return _act(
        request, alert, _form(request, forms.NewForm, alert),
        lambda d: linking.new_site(
            request.user, alert, incident, name_en=d["name_en"], name_ar=d["name_ar"], seen=d["seen"]
        ),
        done=_("The site is added and linked."), title=_("Make a new site from the alert"),
        about=_("Of incident %(incident)s. A precise position becomes the first spot of the site.")
        % {"incident": incident},
        submit=_("Add the site"),
    )  # fmt: skip


@needs("alerts.record")
@sensitive_post_parameters("text")
def add(request: Any, number: str) -> HttpResponse:
    """Write down what somebody told later."""
    alert = found(request, number)
    form = forms.AddForm(request.POST if request.method == "POST" else None)
    return _act(
        request, alert, form, lambda d: receiving.add(request.user, alert, d["text"]) and alert,
        done=_("What was added is sealed with the alert."), title=_("Write down what was added"),
        about=_("What the reporter, or somebody else, told by telephone or in person."), submit=_("Add it"),
    )  # fmt: skip
