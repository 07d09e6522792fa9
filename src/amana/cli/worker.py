"""``amana worker``: does the long work that people ask for on the pages."""

from __future__ import annotations

import argparse

from amana.cli.words import words


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``worker``."""
    parser = subparsers.add_parser(
        "worker",
        help="do the long work that people ask for on the pages",
        description="Takes jobs from the queue until it is stopped. `amana serve` runs one by itself. One "
        "worker at a time for each AMANA_HOME; work that was interrupted is found and started again.",
    )
    # Given by `amana serve`: end when standard input ends, and wait for a worker before that is ending.
    parser.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Work until stopped."""
    from amana.casework.start import start

    start()
    from amana.casework.jobs.working import work

    if not args.supervised:
        print(words(args.lang)["worker.ready"], flush=True)
    work(supervised=args.supervised)
    return 0
