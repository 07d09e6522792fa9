"""The permission matrix: every address × every role × own or another office, as one readable table.

``permission_matrix.txt`` holds it.  A line is an address, the permission it asks for, and one sign per role
in the order of ``roles.toml``, first for somebody of the office that owns the record, then for somebody of an
office that nothing is shared with:

    +   gets in (the page, a form, or a complaint about what was sent)
    -   is refused
    0   is told that there is no such thing

``python -m pytest … --matrix`` would be a temptation, so there is no such option: after a change the test
prints the new lines, and whoever changes the file has read them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse

from amana.casework.accounts.roles import roles
from amana.casework.common.api import api

FILE = Path(__file__).with_name("permission_matrix.txt")
EVERYBODY, SIGNED_IN = "everybody", "signed in"


@dataclass(frozen=True)
class Address:
    """One address.  ``label`` is how the table calls it."""

    label: str
    method: str
    url: str
    owner: str | None  # code of the office that owns the record in the address
    body: Any = None  # what an operation takes, with as little in it as its shape allows
    as_form: bool = False  # sent as a form with files, not as JSON


def addresses(values: dict[str, tuple[str, dict[str, str]]]) -> Iterator[Address]:
    """Every page and every operation of the programming interface.

    Parameters
    ----------
    values
        First part of an address to (owning office, values of its parameters).
    """
    for pattern, name in _pages(get_resolver()):
        if pattern.startswith(("api/", "static/")):
            continue
        owner, kwargs = _filled(pattern, values)
        yield Address(name, "GET", reverse(name, kwargs=kwargs), owner)
    bodies = dict(_bodies())
    for _, router in api._routers:
        for path, operations in router.path_operations.items():
            owner, kwargs = _filled(path.strip("/"), values)
            for operation in operations.operations:
                for method in sorted(operation.methods):
                    filled = path
                    for name, value in kwargs.items():
                        filled = re.sub(rf"\{{(?:\w+:)?{name}\}}", value, filled)
                    body, as_form = bodies.get((method, path), (None, False))
                    yield Address(f"{method} {path}", method, f"/api/v1{filled}", owner, body, as_form)


def _bodies() -> Iterator[tuple[tuple[str, str], tuple[Any, bool]]]:
    """A body for each operation that takes one, and whether it is a form; rights come after shape."""
    document = api.get_openapi_schema()
    parts = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                body = _least(content["schema"], parts)
                yield (method.upper(), path.removeprefix("/api/v1")), (body, kind == "multipart/form-data")


def _least(schema: dict[str, Any], parts: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _least(parts[schema["$ref"].rpartition("/")[2]], parts)
    if "anyOf" in schema:
        return _least(schema["anyOf"][0], parts)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("type") == "object" or "properties" in schema:
        return {k: _least(schema["properties"][k], parts) for k in schema.get("required", [])}
    if schema.get("format") == "uuid":
        return "01a21502-ce7b-757b-a2b1-029679fa11bc"
    if schema.get("format") == "binary":
        return SimpleUploadedFile("x.csv", b"x", "text/csv")
    if schema.get("format") == "date":
        return "2025-01-02"
    if schema.get("type") == "array":
        return [_least(schema["items"], parts)] * schema.get("minItems", 1)
    number = max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
    return {"integer": number, "number": number, "boolean": False}.get(schema.get("type", ""), "x")


def _pages(resolver: Any, before: str = "") -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        here = before + str(pattern.pattern).removeprefix("^")  # of an expression
        if hasattr(pattern, "url_patterns"):
            yield from _pages(pattern, here)
        else:
            yield here, pattern.name


def _filled(pattern: str, values: dict[str, tuple[str, dict[str, str]]]) -> tuple[str | None, dict[str, Any]]:
    wanted = re.findall(r"[<{](?:\w+:)?(\w+)[>}]", pattern)
    if not wanted:
        return None, {}
    stem = max((v for v in values if pattern.startswith(v)), key=len)
    owner, known = values[stem]
    return owner, {name: known[name] for name in wanted}


def expected() -> dict[str, tuple[str, str, str]]:
    """Address to (permission, signs for the owning office, signs for another office), from the file."""
    found = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            label, permission, own, other = re.split(r"\s{2,}", line.strip())
            found[label] = (permission, own, other)
    return found


def line(label: str, permission: str, own: str, other: str) -> str:
    """One line of the table."""
    return f"{label:58}  {permission:24}  {own}  {other}"


def head() -> str:
    """The table's head: what the signs are, and which column is which role."""
    names = list(roles())
    text = "# Who may open what.  See matrix.py for the signs.  Columns, from the left:\n"
    for start in range(0, len(names), 6):
        some = range(start, min(start + 6, len(names)))
        text += "#   " + ", ".join(f"{n + 1} {names[n]}" for n in some) + "\n"
    return text
