"""Amana: what is found and who is missing, kept in trust until each body has its name back."""

__version__ = "0.1.0"
