"""Addresses of alerts: the public form, and the desk."""

from django.urls import path

from amana.casework.alerts import views_acts, views_alert, views_board, views_enter, views_public

urlpatterns = [
    path("report/", views_public.report, name="report"),
    path("report/received/<str:sealed>/", views_public.received, name="report-received"),
    path("report/code/", views_public.code, name="report-code"),
    path("report/code/added/", views_public.added, name="report-added"),
    path("report/places/", views_public.places_found, name="report-places"),
    path("report/photo/", views_public.photo_position, name="report-photo"),
    # The desk's addresses stand below.
    path("alerts/", views_board.board, name="alerts"),
    path("alerts/lanes/", views_board.lanes, name="alerts-lanes"),
    path("alerts/plan/", views_board.plan, name="alerts-plan"),
    path("alerts/list/", views_board.alerts_list, name="alerts-list"),
    path("alerts.csv", views_board.alerts_list, {"as_csv": True}, name="alerts-csv"),
    path("alerts/enter/", views_enter.enter, name="alert-enter"),
    path("alerts/<str:number>/", views_alert.alert, name="alert"),
    path("alerts/<str:number>/entered/<str:sealed>/", views_enter.entered, name="alert-entered"),
    path("alerts/<str:number>/acknowledge/", views_acts.acknowledge, name="alert-acknowledge"),
    path("alerts/<str:number>/correct/", views_acts.correct, name="alert-correct"),
    path("alerts/<str:number>/triage/", views_acts.triage_it, name="alert-triage"),
    path("alerts/<str:number>/assign/", views_acts.assign, name="alert-assign"),
    path("alerts/<str:number>/take/", views_acts.take, name="alert-take"),
    path("alerts/<str:number>/refer/", views_acts.refer, name="alert-refer"),
    path("alerts/<str:number>/link/", views_acts.link, name="alert-link"),
    path("alerts/<str:number>/incident/", views_acts.new_incident, name="alert-incident"),
    path("alerts/<str:number>/site/", views_acts.new_site, name="alert-site"),
    path("alerts/<str:number>/close/", views_acts.close, name="alert-close"),
    path("alerts/<str:number>/reopen/", views_acts.reopen, name="alert-reopen"),
    path("alerts/<str:number>/doubt/", views_acts.doubt, name="alert-doubt"),
    path("alerts/<str:number>/confirm/", views_acts.confirm, name="alert-confirm"),
    path("alerts/<str:number>/take-back/", views_acts.take_back, name="alert-take-back"),
    path("alerts/<str:number>/merge/", views_acts.merge, name="alert-merge"),
    path("alerts/<str:number>/unmerge/", views_acts.unmerge, name="alert-unmerge"),
    path("alerts/<str:number>/add/", views_acts.add, name="alert-add"),
    path("alerts/<str:number>/look/", views_alert.look_for_like, name="alert-compare"),
    path("alerts/<str:number>/like/<str:other>/", views_alert.side_by_side, name="alert-like"),
    path("alerts/<str:number>/open/<str:part>/", views_alert.open_part, name="alert-open"),
    path("alerts/<str:number>/additions/<uuid:key>/", views_alert.addition, name="alert-addition"),
    path("alerts/<str:number>/files/<uuid:key>/", views_alert.file, name="alert-file"),
]
