"""What a run says, in sentences: the same as in its reports, from the same texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from amana.casework.common.faults import language
from amana.casework.identification import outcome
from amana.casework.identification.fixed import settings_of
from amana.casework.identification.models import Conclusion, Run
from amana.kinship.joint import Weighing
from amana.reporting import numbers, shared
from amana.reporting.context import Context
from amana.reporting.texts import Runs, texts, to_text, unbroken
from amana.reporting.victim import answer as report_answer

_FIGURE = re.compile(r"[-−<>\d][-−\d.,% ×⁰¹²³⁴⁵⁶⁷⁸⁹⁻<>]*")
_ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069\u200b")
RIVALS = (
    "unrelated", "full_sibling", "paternal_uncle_aunt", "maternal_uncle_aunt", "paternal_first_cousin",
    "maternal_first_cousin",
)  # fmt: skip


def html(runs: Runs) -> SafeString:
    """Runs of a report as HTML: what is an identifier or a number stays whole and left to right."""
    return mark_safe("".join(_run(run) for run in runs))


def _run(run: Mapping[str, Any]) -> str:
    if "b" in run:
        return format_html("<b>{}</b>", html(run["b"]))
    if "t" in run:
        return conditional_escape(run["t"].translate(_ISOLATES))
    text = str(run.get("i") or run.get("ltr") or "").translate(_ISOLATES)
    if _FIGURE.fullmatch(text):
        return format_html('<bdi class="n" dir="ltr">{}</bdi>', text)
    return format_html('<bdi class="id">{}</bdi>', text)


def ids(names: Iterable[str]) -> SafeString:
    """Identifiers in a row."""
    separator = texts(language()).plain("list.comma")
    return format_html_join(
        mark_safe(conditional_escape(separator)), '<bdi class="id">{}</bdi>', ((n,) for n in names)
    )


def level_state(level: str, *, long: bool = False) -> dict[str, str]:
    """What DNA supports, for ``components/state.html``; `long` where it stands alone."""
    kinds = {
        Conclusion.Level.REACHES: "for",
        Conclusion.Level.SUPPORTS: "for",
        Conclusion.Level.INCONCLUSIVE: "unknown",
        Conclusion.Level.AGAINST: "against",
    }
    word = str(Conclusion.Level(level).label)
    if long:
        word = _("DNA: %(level)s") % {"level": word}
    return {"kind": kinds[Conclusion.Level(level)], "word": word}


class Told:
    """One conclusion in the reader's words."""

    def __init__(self, record: Conclusion) -> None:
        self.record = record
        self.context: Context = outcome.context_of(record, language())
        self.conclusion = outcome.conclusion_of(record)

    @property
    def answer(self) -> list[SafeString]:
        """The answer with its rival, about the evidence."""
        return [html(r) for r in report_answer(self.context, self.conclusion)]

    @property
    def plain_answer(self) -> list[str]:
        """The same without markup."""
        return [to_text(r) for r in report_answer(self.context, self.conclusion)]

    @property
    def propositions(self) -> list[SafeString]:
        """The two that are compared."""
        c, say = self.conclusion, self.context.texts
        values = {
            "victim": unbroken(c.victim),
            "victims": self.context.ids(c.group),
            "missing": self.context.ids(c.missing),
            "family": unbroken(c.family or ""),
        }
        if not c.missing:
            first = "h1_any"
        else:
            first = "h1" if len(c.missing) == 1 else "h1_group" if len(c.group) > 1 else "h1_one_of"
        second = "h2_group" if len(c.group) > 1 else "h2"
        return [html(say.runs(f"propositions.{key}", **values)) for key in (first, second)]

    @property
    def together(self) -> SafeString | None:
        """Who cannot be told apart, where that is so."""
        c = self.conclusion
        if len(c.missing) < 2:
            return None
        key = "apart.group" if len(c.group) > 1 else "apart.ties"
        values = {
            "victim": unbroken(c.victim), "victims": self.context.ids(c.group),
            "missing": self.context.ids(c.missing), "family": unbroken(c.family or ""),
        }  # fmt: skip
        return html(self.context.texts.runs(key, **values))

    def findings(self, stored: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Findings, each with what is the matter and what to do."""
        return told(self.context, stored)

    @property
    def ratio(self) -> SafeString | None:
        """The joint ratio, as a table shows it."""
        value = self.conclusion.log10_glr
        return None if value is None else html(self.context.ratio(value))

    @property
    def alone(self) -> SafeString | None:
        """The ratio of the pair alone."""
        value = self.conclusion.log10_lr
        return None if value is None else html(self.context.ratio(value))

    @property
    def scale(self) -> str:
        """The verbal scale's words."""
        value = self.conclusion.log10_glr
        return "" if value is None else self.context.texts.plain(f"verbal.{self.conclusion.verbal}")

    @property
    def least(self) -> SafeString | None:
        """The least favourable figure with its rival, short."""
        w = self.conclusion.least_favourable
        if w is None or w.log10_lr is None:
            return None
        return format_html("{} · {}", html(self.context.ratio(w.log10_lr)), rival(w.rival))

    def weighings(self) -> list[dict[str, Any]]:
        """One table for each frequency table: rivals down, values of FST across."""
        found = []
        for name in dict.fromkeys(w.table for w in self.conclusion.weighings):
            here = [w for w in self.conclusion.weighings if w.table == name]
            thetas = sorted({w.theta for w in here})
            by_place = {(w.rival, w.theta): w for w in here}
            rows = [
                {"rival": rival(r), "cells": [self._cell(by_place.get((r, theta))) for theta in thetas]}
                for r in RIVALS
                if any(w.rival == r for w in here)
            ]
            found.append({"table": name, "thetas": [numbers.plain_number(t) for t in thetas], "rows": rows})
        return found

    def _cell(self, w: Weighing | None) -> dict[str, Any]:
        if w is None or w.log10_lr is None:
            return {"text": None, "least": False}
        return {
            "text": html(self.context.ratio(w.log10_lr)),
            "least": w is self.conclusion.least_favourable,
        }

    def not_weighed(self) -> list[dict[str, Any]]:
        """Why figures are missing, each reason once."""
        reasons = {
            (w.reason.code, str(w.reason.params)): w.reason
            for w in self.conclusion.weighings
            if w.reason is not None and w.log10_lr is None
        }
        return told(self.context, [outcome.plain_finding(r) for r in reasons.values()])

    def views(self) -> list[dict[str, Any]]:
        """The posterior under other priors."""
        say = self.context.texts
        found = []
        for view in self.record.detail["views"]:
            if view["times"] != 1:
                name = say.runs("figures.view_times", n=unbroken(view["times"]))
            elif view["on_list"] is not None:
                name = say.runs("figures.view_on_list", p=unbroken(numbers.plain_number(view["on_list"])))
            else:
                name = say.runs("figures.view_named", name=unbroken(view["name"]))
            found.append({"name": html(name), "posterior": view["posterior"]})
        return found


def told(context: Context, stored: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Stored findings in words."""
    found = []
    for item in stored:
        paragraphs = context.finding(outcome.finding(item))
        found.append(
            {"code": item["code"], "what": html(paragraphs[0]), "remedy": [html(p) for p in paragraphs[1:]]}
        )
    return found


def run_context(run: Run) -> Context:
    """A context for findings of a whole run, which name families and remains."""
    names = {
        str(v) for f in (*run.summary.get("findings", ()), *run.summary.get("laboratory", ()))
        for k, v in f["params"].items() if k in ("family", "victim", "missing", "number")
    }  # fmt: skip
    return cast(
        Context,
        _Named(language(), tuple(sorted(n for n in names if not n.isdecimal()))),
    )


class _Named:
    """As much of a context as a finding of a run needs."""

    def __init__(self, reader: Any, names: tuple[str, ...]) -> None:
        self.language, self.names, self.texts = reader, names, texts(reader)

    def finding(self, finding: Any) -> list[Runs]:
        """As in a report."""
        return Context.finding(cast(Context, self), finding)


def rival(name: str) -> str:
    """A rival in words."""
    return texts(language()).plain(f"rival.{name}")


def settings_facts(run: Run, tables: Sequence[str]) -> list[dict[str, Any]]:
    """What was fixed beforehand, for ``components/facts.html``."""
    say = texts(language())
    fixed = settings_of(run.settings)
    context = SimpleNamespace(texts=say, result=SimpleNamespace(settings=fixed))
    mutation = run.settings["mutation"]
    model = say.plain(f"assumptions.model_{mutation['model']}") if mutation["model"] != "none" else None
    rates = [numbers.plain_number(mutation[k]) for k in ("rate_male", "rate_female") if k in mutation]
    return [
        {"label": say.plain("settings.prior"), "value": html(shared.prior(context))},  # type: ignore[arg-type]
        {
            "label": say.plain("settings.threshold_lr"),
            "value": numbers.plain_number(fixed.lr_threshold),
        },
        {
            "label": say.plain("settings.threshold_posterior"),
            "value": numbers.plain_number(fixed.posterior_threshold),
        },
        {"label": say.plain("settings.theta"), "value": numbers.plain_number(fixed.theta)},
        {"label": _("Frequency tables, the main one first"), "value": " · ".join(tables)},
        {
            "label": _("Mutation"),
            "value": _("none") if model is None
            else _("%(model)s; rate of fathers %(male)s, of mothers %(female)s")
            % {"model": model, "male": rates[0], "female": rates[1]},
        },
    ]  # fmt: skip
