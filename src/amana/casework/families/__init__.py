"""Families of the missing: pedigrees, relatives, consents."""
