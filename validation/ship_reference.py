"""Write validation/reference/ anew from the outside reference data.

    AMANA_REFERENCE_DATA=../shared/data python -m validation.ship_reference

Only our own sets are taken: the sets that come from other programs' packages stay outside.  The bytes
depend on the content alone (no time, no file name in the gzip header).
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

from amana.cli import machine

SHIPPED = Path(__file__).parent / "reference"


def sources(genetics: Path) -> dict[str, Path]:
    """Path under reference/ to the file it is made from."""
    own = sorted((genetics / "joint").glob("own_*.json"))
    return {
        "kinship_cases.json.gz": genetics / "kinship_cases.json",
        **{f"joint/{path.name}.gz": path for path in own},
    }


def main() -> int:
    """Compress every source; returns 1 if there is no outside data."""
    folder = machine.find_reference_data()
    if folder is None:
        print(f"no folder {machine.reference_data_folder()} (AMANA_REFERENCE_DATA)", file=sys.stderr)
        return 1
    for name, source in sources(folder / "genetics").items():
        target = SHIPPED / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzip.compress(source.read_bytes(), 9, mtime=0))
        print(f"{name}: {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
