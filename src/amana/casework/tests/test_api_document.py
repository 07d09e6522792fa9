"""The description of the programming interface says one thing under one name."""

from __future__ import annotations

import json
from collections import defaultdict

from django.urls import get_resolver

from amana.casework.common.api import api


def test_no_two_shapes_share_a_name_in_the_description():
    assert get_resolver().url_patterns  # every station has brought its operations
    shapes: dict[str, set[str]] = defaultdict(set)
    for _, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                answers = [m for m in operation.response_models.values() if isinstance(m, type)]
                sent = [m for m in operation.models if m.__name__ != "QueryParams"]
                for model in [*sent, *answers]:
                    for name, shape in model.model_json_schema().get("$defs", {}).items():
                        shapes[name].add(json.dumps(shape, sort_keys=True))
    assert [name for name, found in shapes.items() if len(found) > 1] == []
    assert len(shapes) > 100
