"""Addresses of the laboratory."""

from django.urls import path

from amana.casework.laboratory import editing, views

urlpatterns = [
    path("samples/", views.samples, name="samples"),
    path("samples.csv", views.samples, {"as_csv": True}, name="samples-csv"),
    path("samples/add/", editing.add_sample, name="sample-add"),
    path("samples/<str:barcode>/", views.sample, name="sample"),
    path("samples/<str:barcode>/receive/", editing.receive_sample, name="sample-receive"),
    path("samples/<str:barcode>/no-result/", editing.fail_sample, name="sample-fail"),
    path("samples/<str:barcode>/profiles/add/", editing.add_profile, name="profile-add"),
    path("samples/<str:barcode>/profiles/<uuid:key>/open/", views.open_profile, name="profile-open"),
    path("samples/<str:barcode>/profiles/<uuid:key>/sign/", editing.sign_profile, name="profile-sign"),
    path(
        "samples/<str:barcode>/profiles/<uuid:key>/withdraw/",
        editing.withdraw_profile,
        name="profile-withdraw",
    ),
    path("frequencies/", views.tables, name="frequencies"),
    path("frequencies.csv", views.tables, {"as_csv": True}, name="frequencies-csv"),
    path("frequencies/add/", editing.add_table, name="frequencies-add"),
    path("frequencies/<uuid:key>/", views.table, name="frequency-table"),
]
