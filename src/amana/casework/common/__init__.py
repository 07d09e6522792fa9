"""What the stations share: the base of every record, permissions, pages."""
