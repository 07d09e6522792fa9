"""Addresses of the home page and of identification."""

from django.urls import path

from amana.casework.identification import views_acts, views_candidates, views_home, views_runs

urlpatterns = [
    path("", views_home.home, name="home"),
    path("incidents/<str:number>/runs/new/", views_runs.run_new, name="run-new"),
    path("runs/", views_runs.runs, name="runs"),
    path("runs/<str:number>/", views_runs.run, name="run"),
    path("runs/<str:number>/reports/<path:name>", views_runs.report, name="run-report"),
    path("candidates/", views_candidates.candidates, name="candidates"),
    path("candidates.csv", views_candidates.candidates, {"as_csv": True}, name="candidates-csv"),
    path("candidates/<str:number>/", views_candidates.candidate, name="candidate"),
    path("candidates/<str:number>/sign/", views_acts.sign, name="candidate-sign"),
    path("candidates/<str:number>/paper/", views_acts.paper, name="candidate-paper"),
    path("candidates/<str:number>/propose/", views_acts.propose, name="candidate-propose"),
    path("candidates/<str:number>/exclude/", views_acts.exclude, name="candidate-exclude"),
    path("candidates/<str:number>/open/", views_acts.take_back, name="candidate-open"),
    path(
        "candidates/<str:number>/signatures/<uuid:pk>/withdraw/",
        views_acts.withdraw,
        name="signature-withdraw",
    ),
]
