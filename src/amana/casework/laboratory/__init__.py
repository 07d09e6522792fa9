"""Samples under barcodes, profiles, frequency tables."""
