"""Addresses of missing persons."""

from django.urls import path

from amana.casework.missing import editing, views

urlpatterns = [
    path("missing/", views.missing, name="missing"),
    path("missing.csv", views.missing, {"as_csv": True}, name="missing-csv"),
    path("missing/report/", editing.report, name="missing-report"),
    path("missing/<str:number>/", views.missing_person, name="missing-person"),
    path("missing/<str:number>/change/", editing.change, name="missing-change"),
    path("missing/<str:number>/state/", editing.change_state, name="missing-state"),
]
