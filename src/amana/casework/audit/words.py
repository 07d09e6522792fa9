"""What an action and an object are called, for people who read the log."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from amana.casework.common.records import audited_models

# The last part of an action's name says what was done; what it was done to is the object.
_ACTS: dict[str, Any] = {
    "added": pgettext_lazy("log", "Added"),
    "agreed": pgettext_lazy("log", "Agreed to by a second person"),
    "asked": pgettext_lazy("log", "Asked for"),
    "backed-up": pgettext_lazy("log", "Backup made"),
    "begun": pgettext_lazy("log", "Begun"),
    "changed": pgettext_lazy("log", "Changed"),
    "corrected": pgettext_lazy("log", "Corrected"),
    "deactivated": pgettext_lazy("log", "May no longer sign in"),
    "done": pgettext_lazy("log", "Done"),
    "ended": pgettext_lazy("log", "Ended"),
    "entered": pgettext_lazy("log", "Entered"),
    "erased": pgettext_lazy("log", "Erased"),
    "erasure-ground": pgettext_lazy("log", "Ground of the erasure"),
    "excluded": pgettext_lazy("log", "Excluded"),
    "exclusion-taken-back": pgettext_lazy("log", "Exclusion taken back"),
    "exported": pgettext_lazy("log", "Exported"),
    "failed": pgettext_lazy("log", "Failed"),
    "finished": pgettext_lazy("log", "Finished"),
    "generated": pgettext_lazy("log", "Generated"),
    "given": pgettext_lazy("log", "Given"),
    "leased": pgettext_lazy("log", "Set aside for a device"),
    "looked-up": pgettext_lazy("log", "Looked up by a number"),
    "made": pgettext_lazy("log", "Made"),
    "migrated": pgettext_lazy("log", "Tables changed to this version"),
    "opened": pgettext_lazy("log", "Opened"),
    "password-changed": pgettext_lazy("log", "Password changed"),
    "password-set": pgettext_lazy("log", "Password set"),
    "preferences-set": pgettext_lazy("log", "Preferences set"),
    "prepared": pgettext_lazy("log", "Prepared for a test"),
    "proposed": pgettext_lazy("log", "Proposed to the board"),
    "reactivated": pgettext_lazy("log", "May sign in again"),
    "received": pgettext_lazy("log", "Received"),
    "recorded": pgettext_lazy("log", "Recorded"),
    "reopened": pgettext_lazy("log", "Opened again"),
    "reported": pgettext_lazy("log", "Reported"),
    "restored": pgettext_lazy("log", "Database restored from a backup"),
    "returned": pgettext_lazy("log", "Returned"),
    "revoked": pgettext_lazy("log", "Revoked"),
    "rotated": pgettext_lazy("log", "Master key renewed"),
    "saved": pgettext_lazy("log", "Saved"),
    "second-factor-added": pgettext_lazy("log", "Second factor added"),
    "second-factor-failed": pgettext_lazy("log", "Second factor failed"),
    "second-factor-removed": pgettext_lazy("log", "Second factor removed"),
    "second-factor-reset": pgettext_lazy("log", "Second factor renewed"),
    "sign-in-failed": pgettext_lazy("log", "Sign-in failed"),
    "signed": pgettext_lazy("log", "Signed"),
    "signed-in": pgettext_lazy("log", "Signed in"),
    "signed-on-paper": pgettext_lazy("log", "Signature on paper entered"),
    "signed-out": pgettext_lazy("log", "Signed out"),
    "split": pgettext_lazy("log", "Split"),
    "taken": pgettext_lazy("log", "Number taken"),
    "typed": pgettext_lazy("log", "Typed"),
    "untyped": pgettext_lazy("log", "Typing withdrawn"),
    "used": pgettext_lazy("log", "Used"),
    "verified": pgettext_lazy("log", "Log verified"),
    "withdrawn": pgettext_lazy("log", "Withdrawn"),
    "witness-trusted": pgettext_lazy("log", "A witness counts from now on"),
}

_WHOLE: dict[str, Any] = {
    "protected.opened": gettext_lazy("Protected text opened"),
    "list.exported": gettext_lazy("List saved as CSV"),
    "log.exported": gettext_lazy("Log exported"),
    "subject.erased": gettext_lazy("Person erased"),
    "jobs.job.asked": gettext_lazy("Work in the background asked for"),
    "jobs.job.done": gettext_lazy("Work in the background done"),
    "jobs.job.failed": gettext_lazy("Work in the background failed"),
    "audit.subject.added": gettext_lazy("Key for a person made"),
}

_OBJECTS: dict[str, Any] = {
    "database": gettext_lazy("database"),
    "keys": gettext_lazy("keys"),
    "list": gettext_lazy("list"),
    "log": gettext_lazy("log"),
    "schema": gettext_lazy("tables"),
    "jobs.job": gettext_lazy("work in the background"),
    "audit.subject": gettext_lazy("person under a key of their own"),
    "accounts.firstcode": gettext_lazy("first-time code"),
    "accounts.holding": gettext_lazy("role of a person"),
    "accounts.marker": gettext_lazy("mark of the database"),
    "accounts.office": gettext_lazy("office"),
    "accounts.recovery": gettext_lazy("recovery of an account"),
    "accounts.sharing": gettext_lazy("sharing with an office"),
    "accounts.token": gettext_lazy("token of a device or program"),
    "accounts.user": gettext_lazy("person with an account"),
    "families.consent": gettext_lazy("consent"),
    "families.family": gettext_lazy("family"),
    "families.member": gettext_lazy("place in a family tree"),
    "families.relative": gettext_lazy("relative"),
    "identification.candidate": gettext_lazy("candidate"),
    "identification.conclusion": gettext_lazy("what DNA says of a unit"),
    "identification.run": gettext_lazy("comparison of an incident"),
    "identification.signature": gettext_lazy("signature"),
    "incidents.count": gettext_lazy("count"),
    "incidents.fact": gettext_lazy("statement of a source"),
    "incidents.incident": gettext_lazy("incident"),
    "incidents.measure": gettext_lazy("measure"),
    "incidents.source": gettext_lazy("source"),
    "incidents.tension": gettext_lazy("what does not fit together"),
    "laboratory.frequencies": gettext_lazy("frequency table"),
    "laboratory.profile": gettext_lazy("DNA profile"),
    "laboratory.sample": gettext_lazy("sample"),
    "missing.person": gettext_lazy("missing person"),
    "numbers.block": gettext_lazy("block of numbers"),
    "numbers.series": gettext_lazy("series of numbers"),
    "recovery.lying": gettext_lazy("what lay on what"),
    "recovery.unit": gettext_lazy("recovery unit"),
    "sites.site": gettext_lazy("site"),
    "sites.spot": gettext_lazy("spot"),
}


def act(action: str) -> str:
    """What was done, in the reader's language; the bare name where the dictionary lacks it."""
    if action in _WHOLE:
        return str(_WHOLE[action])
    last = action.rpartition(".")[2]
    return str(_ACTS.get(last) or capfirst(last.replace("-", " ")))


def object_kind(object_type: str) -> str:
    """What kind of thing it was done to."""
    if object_type in _OBJECTS:
        return str(_OBJECTS[object_type])
    model = audited_models().get(object_type)
    return str(model._meta.verbose_name) if model is not None else object_type


def nobody(actor: str) -> str:
    """An actor without an account."""
    return _("the program") if actor == "system" else actor[:8]
