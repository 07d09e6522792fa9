from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from amana.casework.common.records import audited_models

LISTS = tomllib.loads(resources.files("amana.casework.audit").joinpath("field_lists.toml").read_text("utf-8"))


@pytest.mark.parametrize("kind", sorted(audited_models()))
def test_the_columns_of_a_record_are_those_of_its_version(kind: str) -> None:
    model = audited_models()[kind]
    number = int(model.SCHEMA.partition("/")[2])
    assert LISTS.get(model.SCHEMA, {}).get("columns") == model.logged_fields(), (
        f"The columns of {model.__name__} are not those of {model.SCHEMA}. If a register has used that "
        f"version, raise it to {kind}/{number + 1}; then run tools/field_lists.py again."
    )
