"""Addresses of families and relatives."""

from django.urls import path

from amana.casework.families import editing, views

urlpatterns = [
    path("families/", views.families, name="families"),
    path("families.csv", views.families, {"as_csv": True}, name="families-csv"),
    path("families/add/", editing.add_family, name="family-add"),
    path("families/<str:number>/", views.family, name="family"),
    path("families/<str:number>/members/add/", editing.add_member, name="member-add"),
    path("relatives/add/", editing.add_relative, name="relative-add"),
    path("relatives/find/", editing.find_relative, name="relative-find"),
    path("relatives/<str:number>/", views.relative, name="relative"),
    path("relatives/<str:number>/consents/add/", editing.record_consent, name="consent-add"),
    path(
        "relatives/<str:number>/consents/<slug:consent>/withdraw/",
        editing.withdraw_consent,
        name="consent-withdraw",
    ),
]
