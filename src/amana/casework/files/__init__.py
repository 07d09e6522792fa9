"""Photos, videos, scanned papers and lists: kept sealed, and reached only through what links to them."""
