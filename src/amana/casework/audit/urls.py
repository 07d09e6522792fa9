"""Addresses of the log, of protected texts and of erasure."""

from django.urls import path

from amana.casework.audit import views, views_erasure, views_protected

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log.csv", views.log, {"as_csv": True}, name="log-csv"),
    path("log/<int:index>/", views.entry, name="log-entry"),
    path("log/verify/", views.verify, name="log-verify"),
    path("log/verify/<uuid:job_id>/", views.verification, name="log-verification"),
    path("log/checkpoints/", views.checkpoints, name="log-checkpoints"),
    path("log/checkpoints/<int:pk>.txt", views.note, name="log-checkpoint-note"),
    path("log/verify_log.py", views.program, name="log-program"),
    path(
        "protected/<str:object_type>/<uuid:object_id>/<str:field>/",
        views_protected.open_protected,
        name="open-protected",
    ),
    path("erase/<str:object_type>/<str:number>/", views_erasure.erase, name="erase-subject"),
]
