"""What is wrong with an input, where, and what to do about it.

Any package raises or collects :class:`InputProblem`; only this package turns
one into a sentence, from one catalogue per language (``catalogue.en.toml``,
``catalogue.ar.toml``).  A code therefore means the same thing in the command
line, in a report and on a page.
"""

from amana.problems.problem import InputProblem, InputProblems, Language
from amana.problems.rendering import render, render_all, sentence

__all__ = ["InputProblem", "InputProblems", "Language", "render", "render_all", "sentence"]
