"""Every address; each station has its own ``urls.py`` and, for programs, ``api.py``."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps
from django.urls import include, path
from django.utils.module_loading import module_has_submodule

from amana.casework.common.api import api
from amana.casework.common.pages import health, set_language

_STATIONS = [c for c in apps.get_app_configs() if c.name.startswith("amana.casework.")]

_pages = [
    path("", include(f"{station.name}.urls"))
    for station in _STATIONS
    if module_has_submodule(station.module, "urls")
]
for _station in _STATIONS:
    if module_has_submodule(_station.module, "api"):
        api.add_router("", import_module(f"{_station.name}.api").router)

urlpatterns = [
    path("health/", health, name="health"),
    path("language/", set_language, name="set-language"),
    path("api/v1/", api.urls),
    *_pages,
]

handler500 = "amana.casework.common.failures.failed"
