from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.audit.models import Entry, Tree
from amana.casework.incidents.models import Incident
from amana.casework.incidents.services import change_incident, open_incident
from amana.problems import InputProblems


def test_an_incident_gets_a_number_and_an_entry(person):
    by = person("duty_officer")
    incident = open_incident(by, name_en="Field", name_ar="حقل")
    assert incident.number == "SCD-90-001-" + incident.number[-1]
    entry = Entry.objects.get(action="incidents.incident.opened")
    assert (entry.object_id, entry.actor, entry.office) == (str(incident.pk), str(by.pk), "SCD")
    assert Tree.objects.get().size == Entry.objects.count()


def test_nothing_is_written_without_the_right(person):
    with pytest.raises(PermissionDenied):
        open_incident(person("recorder"), name_en="Field", name_ar="حقل")
    assert not Incident.objects.exists()
    assert not Entry.objects.filter(action__startswith="incidents.").exists()


def test_another_office_reads_but_does_not_write(person):
    incident = open_incident(person("duty_officer", "SCD"), name_en="Field", name_ar="حقل")
    reader = person("forensic_physician", "FMD")
    assert list(Incident.objects.visible_to(reader)) == [incident]
    assert not Incident.objects.visible_to(person("partner", "PAR")).exists()
    with pytest.raises(PermissionDenied):
        change_incident(reader, incident, "why not", name_en="Mine")


def test_a_change_needs_a_reason(person):
    by = person("duty_officer")
    incident = open_incident(by, name_en="Field", name_ar="حقل")
    with pytest.raises(InputProblems) as found:
        change_incident(by, incident, " ", name_en="Other")
    assert found.value.problems[0].code == "record.needs-reason"
    assert change_incident(by, incident, "a slip", name_en="Other").name_en == "Other"
