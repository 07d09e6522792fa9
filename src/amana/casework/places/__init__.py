"""Places by their codes: the gazetteer, brought in from files and only read otherwise."""
