"""Missing persons, presumed alive until identified."""
