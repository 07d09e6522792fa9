"""Recovery units: what was lifted and labelled."""
