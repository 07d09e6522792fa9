"""How well it is known where handed-over remains come from: a grade that follows from four answers.

Who hands over never enters into it: a father's word weighs as an officer's.  The reasons are in
``docs/decisions/0026-graded-provenance.md``.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from amana.casework.recovery.models import Surrender

Grade = Surrender.Grade

RULES: Sequence[tuple[Grade, object]] = (
    (
        Grade.DOCUMENTED,
        _("Pictures show the remains in their place, and the position was measured then."),
    ),
    (
        Grade.SHOWN,
        _("The position was measured, or somebody went with the office and showed the place on the ground."),
    ),
    (
        Grade.DESCRIBED,
        _("The place is described in words; or the remains of several places may be mixed, however well "
          "each place is known."),
    ),
    (Grade.UNKNOWN, _("None of this.")),
)  # fmt: skip
"""The rule, for people; the first that fits counts."""


def grade(*, pictures: bool, position: bool, shown: bool, described: bool, mixed: bool) -> Grade:
    """The grade of these answers.

    Mixed remains are never better than C: of a single piece it is then not known from which place it is.
    """
    if pictures and position:
        found = Grade.DOCUMENTED
    elif position or shown:
        found = Grade.SHOWN
    elif described:
        found = Grade.DESCRIBED
    else:
        return Grade.UNKNOWN
    return Grade.DESCRIBED if mixed else found
