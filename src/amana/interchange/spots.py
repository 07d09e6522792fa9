"""Reading a file of spots, whatever format it has."""

from __future__ import annotations

from amana.interchange.spot_rows import SpotFile
from amana.interchange.spots_csv import read_spots_csv
from amana.interchange.spots_geojson import read_spots_geojson
from amana.interchange.spots_gpx import read_spots_gpx

_BY_SIGN = {b"{": read_spots_geojson, b"<": read_spots_gpx}
_BY_NAME = {
    ".geojson": read_spots_geojson,
    ".json": read_spots_geojson,
    ".gpx": read_spots_gpx,
    ".csv": read_spots_csv,
    ".tsv": read_spots_csv,
    ".txt": read_spots_csv,
}


def read_spots(data: bytes, file: str) -> SpotFile:
    """Spots of a GeoJSON, GPX or CSV file, told by its name, or by its first sign where the name does not.

    Raises
    ------
    InputProblems
        Every fault of every row.
    """
    name = file.casefold()
    by_name = next((read for ending, read in _BY_NAME.items() if name.endswith(ending)), None)
    sign = data[:200].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1]
    return (by_name or _BY_SIGN.get(sign, read_spots_csv))(data, file)
