"""Addresses of files that are coming in; files that are kept have the addresses of what links to them."""

from django.urls import path

from amana.casework.files import uploads

urlpatterns = [
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/<str:token>/", uploads.upload, name="upload"),
]
