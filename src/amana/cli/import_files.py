"""``amana import FORMAT FILE``: bring a file into the casework.

A format is one line of :data:`FORMATS`; its module has ``add_arguments(parser)``, which adds what it wants
beside the file, and ``run(args) -> int``.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ImportFormat:
    """Where a format lives, its line in the help, and what it does in a sentence."""

    module: str
    summary: str
    description: str


FORMATS: Mapping[str, ImportFormat] = {
    "gazetteer": ImportFormat(
        "amana.cli.import_gazetteer",
        "places with their P-codes",
        "Add places, and bring those that are there up to date: all of the file or none of it.",
    ),
}


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``import`` and its formats."""
    parser = subparsers.add_parser("import", help="bring a file in: places with their P-codes")
    formats = parser.add_subparsers(
        dest="format_of_file", metavar="FORMAT", required=True, title="formats", parser_class=type(parser)
    )
    for name, form in FORMATS.items():
        added = formats.add_parser(name, help=form.summary, description=form.description)
        added.add_argument("file", metavar="FILE")
        importlib.import_module(form.module).add_arguments(added)


def run(args: argparse.Namespace) -> int:
    """Read the file and write what it holds."""
    status: int = importlib.import_module(FORMATS[args.format_of_file].module).run(args)
    return status
