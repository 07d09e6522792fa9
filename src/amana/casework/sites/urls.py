"""Addresses of sites."""

from django.urls import path, re_path

from amana.casework.sites.views import (
    authorising,
    exchange,
    findings,
    hazard,
    lists,
    page,
    places,
    spots,
    states,
    watching,
)

_SITE = "sites/<str:number>/"

urlpatterns = [
    path("sites/", lists.sites, name="sites"),
    path("sites.csv", lists.sites, {"as_csv": True}, name="sites-csv"),
    path("incidents/<str:number>/sites/add/", places.add_site, name="site-add"),
    path(_SITE, page.site, name="site"),
    path(f"{_SITE}change/", places.change_site, name="site-change"),
    path(f"{_SITE}risk/", places.assess, name="site-risk"),
    path(f"{_SITE}papers/<uuid:key>/", page.paper, name="site-paper"),
    # State
    path(f"{_SITE}state/<str:after>/", states.change_state, name="site-state"),
    path(f"{_SITE}dismissals/ask/", states.dismiss, name="site-dismiss"),
    path(f"{_SITE}dismissals/<uuid:key>/", states.look_again, name="site-look-again"),
    # Hazard
    path(f"{_SITE}clearances/request/", hazard.request_clearance, name="clearance-request"),
    path(f"{_SITE}clearances/record/", hazard.record_clearance, name="clearance-record"),
    path(f"{_SITE}clearances/warn/", hazard.warn, name="hazard-warn"),
    path(f"{_SITE}clearances/<uuid:key>/paper/", hazard.add_report, name="clearance-paper"),
    path(f"{_SITE}waivers/ask/", hazard.ask_waiver, name="waiver-ask"),
    path(f"{_SITE}waivers/<uuid:key>/", hazard.agree_waiver, name="waiver-agree"),
    path(f"{_SITE}waivers/<uuid:key>/revoke/", hazard.revoke_waiver, name="waiver-revoke"),
    # Authorisation and access
    path(f"{_SITE}authorisations/add/", authorising.add_authorisation, name="authorisation-add"),
    path(f"{_SITE}authorisations/<uuid:key>/paper/", authorising.add_decision, name="authorisation-paper"),
    path(
        f"{_SITE}authorisations/<uuid:key>/withdraw/",
        authorising.withdraw_authorisation,
        name="authorisation-withdraw",
    ),
    path(f"{_SITE}access/enter/", authorising.enter, name="access-enter"),
    path(f"{_SITE}access/<uuid:key>/leave/", authorising.leave, name="access-leave"),
    # Watch
    path(f"{_SITE}watch/", watching.set_watch, name="watch-set"),
    path(f"{_SITE}watch/visit/", watching.visit, name="visit-record"),
    path(f"{_SITE}tamperings/report/", watching.report, name="tampering-report"),
    path(f"{_SITE}tamperings/<uuid:key>/", watching.close, name="tampering-close"),
    # Findings
    path(f"{_SITE}searches/record/", findings.search, name="search-record"),
    path(f"{_SITE}counts/add/", findings.tally, name="tally-add"),
    # Spots
    path(f"{_SITE}spots/add/", spots.add_spot, name="spot-add"),
    path(f"{_SITE}spots/from-photo/", spots.spot_from_photo, name="spot-from-photo"),
    path(f"{_SITE}spots/import/", exchange.import_spots, name="spots-import"),
    path(f"{_SITE}spots/<uuid:key>/", spots.correct_spot, name="spot-correct"),
    re_path(
        r"^sites/(?P<number>[^/]+)/spots\.(?P<form>geojson|gpx|csv)$",
        exchange.export_spots,
        name="spots-export",
    ),
]
