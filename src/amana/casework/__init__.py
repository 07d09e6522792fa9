"""The casework: records, people and rights, the log, and the pages.  A Django project, one app per station."""
