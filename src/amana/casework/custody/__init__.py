"""Custody: where every unit, sample, effect and medium is, and who answers for it."""
