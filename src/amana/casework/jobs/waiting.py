"""Failed jobs wait for who asked for them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from amana.casework.common.waiting import Waiting, waiting
from amana.casework.jobs.models import Job
from amana.casework.jobs.queries import title_of

SHOWN_FOR = datetime.timedelta(days=14)


@waiting
def failed_jobs(user: Any) -> Iterable[Waiting]:
    """Those of the last two weeks."""
    since = timezone.now() - SHOWN_FOR
    failed = Job.objects.filter(asked_by=user, state=Job.State.FAILED, finished_at__gte=since)
    for job in failed[:10]:
        text = _("It did not succeed: %(title)s") % {"title": title_of(job)}
        yield Waiting(job.get_absolute_url(), text, job.finished_at or job.asked_at)
