"""The casework: records, people and rights, the log, and the pages; one Django app for each station."""
