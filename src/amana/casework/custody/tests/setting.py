"""Things to keep, for the tests of custody."""

from __future__ import annotations

from typing import Any

import pytest

from amana.casework.custody import services
from amana.casework.custody.checking import check_custody
from amana.casework.custody.models import Item, Transfer
from amana.casework.incidents.services import open_incident
from amana.casework.laboratory.services import NewSample, add_samples
from amana.casework.recovery.models import Unit
from amana.casework.recovery.services import NewUnit, record_units
from amana.problems import InputProblems


def units(by: Any, opener: Any, count: int = 1) -> list[Unit]:
    """Units of the person's office, lifted in an incident of its own."""
    incident = open_incident(opener, name_en="Field", name_ar="حقل")
    return record_units(by, incident, [NewUnit(kind="body", field_label=str(n)) for n in range(count)])


def faults(act: Any, *args: Any, **kwargs: Any) -> set[str]:
    """Codes of what an act is refused for."""
    with pytest.raises(InputProblems) as caught:
        act(*args, **kwargs)
    return {p.code for p in caught.value.problems}


class Setting:
    """A recovering office, a forensic department and a laboratory, with people of each."""

    def __init__(self, person: Any, offices: Any) -> None:
        self.offices = offices
        self.scd, self.fmd, self.lab, self.par = (offices[c] for c in ("SCD", "FMD", "LAB", "PAR"))
        self.opener = person("duty_officer", "SCD")
        self.recorder, self.leader = person("recorder", "SCD"), person("team_leader", "SCD")
        self.keeper = person("custodian", "SCD")
        self.custodian, self.physician = person("custodian", "FMD"), person("forensic_physician", "FMD")
        self.analyst, self.second_analyst = (person("laboratory_analyst", "LAB") for _ in range(2))
        self.courier = person("custodian", "PAR")

    def units(self, count: int = 1) -> list[Unit]:
        return units(self.recorder, self.opener, count)

    def held(self, count: int = 1, *, seal: str = "A-1") -> list[Item]:
        """Units in the recorder's custody, sealed A-1, A-2, …"""
        stem = seal[:-1] if seal else ""
        rows = [
            services.Taking(u, seal=f"{stem}{n}" if seal else "") for n, u in enumerate(self.units(count), 1)
        ]
        return services.take_many(self.recorder, rows)

    def samples(self, count: int = 1) -> list[Any]:
        """Samples of the forensic department's own units, which the laboratory will type."""
        found = units(self.physician, self.physician, count)
        new = [NewSample(material="femur", unit=u) for u in found]
        return add_samples(self.physician, new, laboratory=self.lab)

    def offered(self, count: int = 1, **fields: Any) -> Transfer:
        """An offer of the recorder to the forensic department."""
        seal = fields.pop("seal", "A-1")
        return services.offer(
            self.recorder, self.held(count, seal=seal), self.fmd, "examination",
            **{"unsealed": not seal, **fields},
        )  # fmt: skip

    def given(self, count: int = 1) -> list[Item]:
        """Units that the forensic department has accepted."""
        transfer = self.offered(count)
        accepted(self.custodian, transfer)
        return now(line.item for line in transfer.lines.all())


def readings(transfer: Transfer, **fields: Any) -> list[services.Reading]:
    """Every waiting thing with its seal as it was given."""
    lines = transfer.lines.filter(outcome="waiting").select_related("item")
    return [
        services.Reading(line.item, seal=line.seal_given, no_seal=not line.seal_given, **fields)
        for line in lines
    ]


def accepted(by: Any, transfer: Transfer, **fields: Any) -> Transfer:
    """A transfer whose receiver read every seal as it was given."""
    return services.accept(by, transfer, readings(transfer), **fields)


def now(items: Any) -> list[Item]:
    """Items as they stand."""
    return [Item.objects.get(pk=i.pk) for i in items]


def sound() -> None:
    """The book and its rows agree."""
    assert check_custody() == []
