"""Addresses of incidents."""

from django.urls import path

from amana.casework.incidents import views

urlpatterns = [
    path("incidents/", views.incidents, name="incidents"),
    path("incidents.csv", views.incidents, {"as_csv": True}, name="incidents-csv"),
    path("incidents/<str:number>/", views.incident, name="incident"),
]
