"""QR codes as SVG."""

from __future__ import annotations

import io

import segno

from amana.problems import InputProblem, InputProblems

LONGEST_ADDRESS = 300
"""Longer addresses would need modules that an office printer cannot print and a telephone cannot read."""
QUIET = 4
"""Modules of white around the code that ISO/IEC 18004 asks for; they are part of the picture."""


def qr_svg(address: str) -> str:
    """The QR code of an address with its quiet zone; error level M, or better where there is room.

    Raises
    ------
    InputProblems
        ``documents.address`` where the address is empty, longer than :data:`LONGEST_ADDRESS` or has spaces.
    """
    if not address or len(address) > LONGEST_ADDRESS or any(c.isspace() for c in address):
        params = {"length": len(address), "most": LONGEST_ADDRESS}
        raise InputProblems([InputProblem("documents.address", params=params)])
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out,
        kind="svg",
        border=QUIET,
        xmldecl=False,
        omitsize=True,
        light="#fff",
        svgclass=None,
        lineclass=None,
    )
    return out.getvalue().decode()
