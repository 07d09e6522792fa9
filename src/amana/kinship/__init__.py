"""Kinship genetics: exact likelihoods of pedigrees, and what they support."""
