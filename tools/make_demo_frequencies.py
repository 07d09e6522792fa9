"""Make the demo's allele frequency tables from published figures.

Reads two JSON tables from ``$AMANA_REFERENCE_DATA/genetics/frequencies`` (default ``../shared/data``,
relative to the root of the repository) and writes ``src/amana/simulation/data/``: one CSV per population
(allele rows, marker columns) and ``frequencies.toml`` with source, licence and minimum frequency.

Figures are carried over as counted, divided by their sum so that each marker sums to one.  Rare alleles are
*not* raised to the minimum: that would have to lower the common alleles, and the demo's people are drawn
from these very figures.  The minimum serves alleles never counted.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "src" / "amana" / "simulation" / "data"

# The autosomal STR of GlobalFiler, and Penta D and Penta E (kit contents from memory, not from the tables).
MARKERS = (
    "D3S1358", "vWA", "D16S539", "CSF1PO", "TPOX", "D8S1179", "D21S11", "D18S51", "D2S441", "D19S433", "TH01",
    "FGA", "D22S1045", "D5S818", "D13S317", "D7S820", "SE33", "D10S1248", "D1S1656", "D12S391", "D2S1338",
    "Penta D", "Penta E",
)  # fmt: skip


def plain(marker: str) -> str:
    """A marker's name without what laboratories write differently: ``Penta_E``, ``PENTA E`` are one."""
    return marker.upper().replace("_", "").replace(" ", "").replace("-", "")


def read(path: Path) -> tuple[dict[str, dict[str, float]], dict[str, int], dict[str, object]]:
    """Frequencies by marker, people counted by marker where the source says, and the file's own words."""
    table = json.loads(path.read_text(encoding="utf-8"))
    by_name = {plain(name): locus for name, locus in table["loci"].items()}
    absent = [m for m in MARKERS if plain(m) not in by_name]
    if absent:
        raise SystemExit(f"{path.name} lacks {', '.join(absent)}")
    loci: dict[str, dict[str, float]] = {}
    people: dict[str, int] = {}
    for marker in MARKERS:
        locus = by_name[plain(marker)]
        total = sum(locus["freqs"])
        loci[marker] = {a: f / total for a, f in zip(locus["alleles"], locus["freqs"], strict=True)}
        if "n_individuals" in locus:
            people[marker] = locus["n_individuals"]
    return loci, people, table


def write_csv(path: Path, loci: dict[str, dict[str, float]]) -> None:
    """Allele rows in order of length, marker columns, an empty cell where the allele was not seen."""
    alleles = sorted({a for freqs in loci.values() for a in freqs}, key=float)
    lines = [",".join(["allele", *loci])]
    for allele in alleles:
        cells = [f"{freqs[allele]:.12g}" if allele in freqs else "" for freqs in loci.values()]
        lines.append(",".join([allele, *cells]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def text(value: object) -> str:
    """A TOML basic string."""
    return json.dumps(str(value), ensure_ascii=False)


def main() -> int:
    """Write the three files."""
    reference = Path(os.environ.get("AMANA_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
    folder = reference / "genetics" / "frequencies"
    if not folder.is_dir():
        print("Set AMANA_REFERENCE_DATA to the folder of outside reference data.", file=sys.stderr)
        return 2
    levant, people, _ = read(folder / "levant_pooled_popSTR.json")
    west, _, west_words = read(folder / "norSTR_westAsiaDB.json")
    OUT.mkdir(parents=True, exist_ok=True)
    write_csv(OUT / "frequencies-levant.csv", levant)
    write_csv(OUT / "frequencies-west-asia.csv", west)
    smallest = min(people.values())
    counted = ", ".join(f"{text(m)} = {n}" for m, n in people.items())
    least = min(min(freqs.values()) for freqs in west.values())
    header = f"""\
# Written by tools/make_demo_frequencies.py.  Figures only, in this project's own format.

[levant]
name = "Levant (pooled)"
file = "frequencies-levant.csv"
population = "Druze, Palestinian and Negev Bedouin samples, pooled by size"
source = "pop.STR (HGDP samples) as given in knifecake/fafreqs; three samples pooled by size"
licence = "MIT (fafreqs)"
minimum = {5 / (2 * smallest):.12g}
minimum_rule = "5/2N with N = {smallest}, the fewest people counted at any of these markers"
notes = [
  "Small samples: {smallest} to {max(people.values())} people.  Not of Syria: no such table was found.",
  "Each marker divided by its sum.  Alleles that were counted keep their figure, however rare.",
]
people = {{ {counted} }}

[west-asia]
name = "West Asia"
file = "frequencies-west-asia.csv"
population = "West Asia, in the grouping of Oslo University Hospital; countries and size not stated"
source = "norSTR, commit 9201d14, table westAsiaDB (Oslo University Hospital, 2023)"
licence = {text(west_words["license"])}
minimum = 0.001
minimum_rule = "0.001, the minimum that the source states"
notes = [
  "Each marker divided by its sum.",
  "The least frequency counted at these markers is {least:.4g}, above the stated minimum.",
]
"""
    (OUT / "frequencies.toml").write_text(header, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
