"""Make an empty register with one office and one person, for scripted writes."""

from __future__ import annotations


def main() -> None:
    from amana.casework.start import start

    start()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from amana.casework.accounts.models import Holding, Office, User
    from amana.casework.audit.writing import SYSTEM, writing

    office = Office(code="TST", kind="civil_defence", name_en="Office", name_ar="مكتب")
    user = User(username="scripted", name_en="A script", name_ar="برنامج", office=office)
    user.set_unusable_password()
    with writing(SYSTEM, "tests.prepared") as log:
        log.save(office)
        log.save(user)
        log.save_new([Holding(user=user, role=role) for role in ("duty_officer", "family_liaison")])


if __name__ == "__main__":
    main()
