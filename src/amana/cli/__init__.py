"""The command line ``amana``: one module per verb, each imported only when its verb is called.

Public surface: :func:`main`, and for the verbs :mod:`amana.cli.progress`.
"""

from amana.cli.entry import main

__all__ = ["main"]
