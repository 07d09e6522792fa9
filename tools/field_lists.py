"""Print which columns each version of each kind of record has, for ``audit/field_lists.toml``.

    python tools/field_lists.py > new.toml && mv new.toml src/amana/casework/audit/field_lists.toml

(Not straight into the file: it is read for the versions that it already holds.)

What the file holds of versions that no model has any more is kept; a version that a model still has is
printed as the model is now.  Once a version was used in a real register its list must never change: give the
model's SCHEMA the next number instead, and run this again.
"""

from __future__ import annotations

import json
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "src" / "amana" / "casework" / "audit" / "field_lists.toml"


def main() -> int:
    """Print the file."""
    import os

    with tempfile.TemporaryDirectory() as folder:
        os.environ["AMANA_HOME"], os.environ["AMANA_KEYS"] = f"{folder}/home", f"{folder}/keys"
        from amana.casework.start import start

        start()
        from amana.casework.common.records import audited_models

        known = tomllib.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
        lists = {schema: entry["columns"] for schema, entry in known.items()}
        lists |= {model.SCHEMA: model.logged_fields() for model in audited_models().values()}
    print("# Every version of every kind of record, and the columns that the log digests for it.")
    print("# Made by tools/field_lists.py; a list that a real register has used never changes.")
    for schema in sorted(lists):
        columns = ",\n  ".join(json.dumps(name) for name in lists[schema])
        print(f'\n["{schema}"]\ncolumns = [\n  {columns},\n]')
    return 0


if __name__ == "__main__":
    sys.exit(main())
