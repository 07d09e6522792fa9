"""Write records one after the other and say of each that it is safe; meant to be killed at any moment.

    echo FIRST | python tests/path/scripted_writes.py LAST

It says ``ready`` when it could begin, and waits for the number to begin with.  Each further line is
``number kind identifier``, printed after the service has returned.
"""

from __future__ import annotations

import sys
from typing import Any


def main(last: int) -> None:
    from amana.casework.start import start

    start()
    from amana.casework.accounts.models import User
    from amana.casework.audit.models import Subject
    from amana.casework.audit.protection import new_subject, seal
    from amana.casework.audit.writing import writing
    from amana.casework.incidents.models import Incident
    from amana.casework.incidents.services import change_incident, open_incident
    from amana.casework.missing.models import MissingPerson
    from amana.casework.numbers.services import MISSING, take

    by = User.objects.select_related("office").get(username="scripted")
    print("ready", flush=True)
    first = int(sys.stdin.readline())

    def listed(n: int) -> Any:
        """A person with a key of their own, a number and a sealed text, in one transaction."""
        with writing(by, "missing.person.reported") as log:
            subject = new_subject(log, Subject.Kind.MISSING)
            (number,) = take(log, by.office, MISSING)
            made = MissingPerson(
                office=by.office, subject=subject, number=number, name_en=f"Nobody {n}",
                circumstances=seal(subject, f"story {n}"),
            )  # fmt: skip
            log.save(made)
        return made

    for n in range(first, last):
        if n % 3 == 0:
            made: Any = open_incident(by, name_en=f"Field {n}", name_ar=f"حقل {n}")
        elif n % 3 == 1:
            made = listed(n)
        else:
            found = Incident.objects.order_by("-number").first()
            assert found is not None
            made = change_incident(by, found, f"reason {n}", place_en=f"place {n}")
        print(n, made.log_name(), made.pk, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
