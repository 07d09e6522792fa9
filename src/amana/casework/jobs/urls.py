"""Addresses of jobs."""

from django.urls import path

from amana.casework.jobs import views

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<uuid:job_id>/", views.job, name="job"),
    path("jobs/<uuid:job_id>/part/", views.part, name="job-part"),
]
