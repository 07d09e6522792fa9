"""Template tags and filters of the casework pages."""
