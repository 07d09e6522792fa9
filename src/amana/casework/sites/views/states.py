"""The state of a site, one step at a time; and the two people who found nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from amana.casework.common.access import needs
from amana.casework.incidents.editing import must
from amana.casework.sites import queries, rules, services
from amana.casework.sites.forms.acts import DismissForm, LookForm, StateForm
from amana.casework.sites.models import Dismissal, Site
from amana.casework.sites.showing.path import ACTS, ASKED
from amana.casework.sites.views.common import act, editable, part_or_404


@needs("sites.record")
def change_state(request: Any, number: str, after: str) -> HttpResponse:
    """Take a site one step further."""
    if after not in ACTS:
        raise Http404
    found = queries.site(request.user, number)
    step = rules.step(found.state, after)
    must(request, step.may if step is not None and step.may else rules.RECORD, found)
    form = StateForm(request.POST or None, initial={"seen": found.state})
    form.fields["reason"].label = ASKED[Site.State(after)]
    about = _("The site is now: %(state)s.") % {"state": found.get_state_display()}
    return act(
        request, found, form,
        lambda given: services.change_state(
            request.user, found, after, given["reason"], seen=given["seen"] or None
        ),
        title=ACTS[Site.State(after)], about=about, submit=ACTS[Site.State(after)],
        done=lambda site: _("The site is now: %(state)s.") % {"state": site.get_state_display()},
        where="#path",
    )  # fmt: skip


@needs("sites.record")
def dismiss(request: Any, number: str) -> HttpResponse:
    """Say that no remains are there."""
    found = editable(request, number, rules.RECORD)
    return act(
        request, found, DismissForm(request.POST or None, initial={"seen": found.state}),
        lambda given: services.ask_dismissal(
            request.user, found, given["reason"], seen=given["seen"] or None
        ),
        title=_("Say that no remains are here"),
        about=_("The site stays as it is until another person has looked as well."),
        submit=_("Ask for a second look"), done=_("It is said. Another person has to look as well."),
        where="#path",
    )  # fmt: skip


@needs("sites.close")
def look_again(request: Any, number: str, key: UUID) -> HttpResponse:
    """The second look."""
    found = editable(request, number, rules.CLOSE)
    asked = part_or_404(request, Dismissal, found, key)
    return act(
        request, found, LookForm(request.POST or None),
        lambda given: services.look_again(
            request.user, asked, agrees=given["agrees"], words=given["second_words"]
        ),
        title=_("Look a second time"),
        about=_("Somebody found no remains at this site. You look as well, and say what you found."),
        quoted=asked.reason, submit=_("Save my look"), done=_("Your look is saved."), where="#path",
    )  # fmt: skip
