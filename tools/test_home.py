"""A pytest plugin: the casework's tests keep their data and keys in a folder that goes when they end.

A plugin, not a conftest, because pytest-django reads the settings before any conftest is read.
"""

from __future__ import annotations

import os
import tempfile

_SCRATCH = tempfile.TemporaryDirectory(prefix="amana-tests-")
os.environ["AMANA_HOME"] = f"{_SCRATCH.name}/home"
os.environ["AMANA_KEYS"] = f"{_SCRATCH.name}/keys"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
    "true"  # Playwright runs a loop in the thread that asks the database
)
for _name in ("AMANA_DEMO", "AMANA_TLS", "AMANA_HOSTS", "AMANA_ORIGINS", "AMANA_TIME_ZONE"):
    os.environ.pop(_name, None)  # what somebody set for their own copy
