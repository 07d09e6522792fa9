"""``python -m amana``, the same as ``amana``."""

import sys

from amana.cli import main

sys.exit(main())
