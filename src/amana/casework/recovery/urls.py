"""Addresses of recovery units."""

from django.urls import path

from amana.casework.recovery import editing, views

urlpatterns = [
    path("units/", views.units, name="units"),
    path("units.csv", views.units, {"as_csv": True}, name="units-csv"),
    path("incidents/<str:number>/units/record/", editing.record, name="unit-record"),
    path("units/<str:number>/", views.unit, name="unit"),
    path("units/<str:number>/change/", editing.change, name="unit-change"),
    path("units/<str:number>/split/", editing.split, name="unit-split"),
    path("units/<str:number>/lying/", editing.add_lying, name="unit-lying"),
]
