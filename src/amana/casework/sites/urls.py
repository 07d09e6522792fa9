"""Addresses of sites."""

from django.urls import path

from amana.casework.sites import views

urlpatterns = [
    path("sites/", views.sites, name="sites"),
    path("sites.csv", views.sites, {"as_csv": True}, name="sites-csv"),
    path("incidents/<str:number>/sites/add/", views.add_site, name="site-add"),
    path("sites/<str:number>/", views.site, name="site"),
    path("sites/<str:number>/change/", views.change_site, name="site-change"),
    path("sites/<str:number>/spots/add/", views.add_spot, name="spot-add"),
    path("sites/<str:number>/spots/<uuid:key>/", views.correct_spot, name="spot-correct"),
]
