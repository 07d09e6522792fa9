"""Addresses of incidents."""

from django.urls import path

from amana.casework.incidents import editing, views

urlpatterns = [
    path("incidents/", views.incidents, name="incidents"),
    path("incidents.csv", views.incidents, {"as_csv": True}, name="incidents-csv"),
    path("incidents/open/", editing.open_incident, name="incident-open"),
    path("incidents/<str:number>/", views.incident, name="incident"),
    path("incidents/<str:number>/change/", editing.change_incident, name="incident-change"),
    path("incidents/<str:number>/sources/add/", editing.add_source, name="source-add"),
    path("incidents/<str:number>/sources/<str:code>/facts/add/", editing.add_fact, name="fact-add"),
    path("incidents/<str:number>/facts/<str:code>/counts/add/", editing.add_count, name="count-add"),
    path("incidents/<str:number>/facts/<str:code>/measures/add/", editing.add_measure, name="measure-add"),
    path("incidents/<str:number>/tensions/add/", editing.add_tension, name="tension-add"),
]
