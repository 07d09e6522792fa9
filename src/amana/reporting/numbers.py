"""Numbers as a reader should see them: three significant digits, never more certainty than there is."""

from __future__ import annotations

import math

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MINUS = "\u2212"
_MOST_DIGITS = 15
NEAR_ONE = 6
"""A posterior is not printed nearer to one or zero than this many decimals."""


def power(log10_value: float) -> str:
    """``7.06 × 10⁴`` for 4.849; below a thousand plain digits, ``121``; never rounded to ``10.00 × 10³``."""
    if 0 <= log10_value < 2.9995:
        return significant(10**log10_value)
    exponent = math.floor(log10_value)
    mantissa = f"{10 ** (log10_value - exponent):.2f}"
    if mantissa == "10.00":
        mantissa, exponent = "1.00", exponent + 1
    return f"{mantissa} × 10{str(exponent).translate(_RAISED)}"


def digits(log10_value: float) -> str | None:
    """``70,600`` for 4.849: three significant digits written out.

    None where plain digits add nothing or are too long.
    """
    if not 2.9995 <= log10_value < _MOST_DIGITS:
        return None
    value = 10**log10_value
    unit = 10 ** (math.floor(log10_value) - 2)
    return f"{round(value / unit) * int(unit) if unit >= 1 else round(value):,}"


def significant(value: float) -> str:
    """Three significant digits of a value from 0.001 to 1000, without exponent."""
    if value == 0:
        return "0"
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{decimals}f}"
    return text.replace("-", _MINUS)


def signed(value: float, decimals: int = 2) -> str:
    """``+1.90``, ``−0.30``; the sign that a printer uses."""
    if math.isinf(value):
        return "+∞" if value > 0 else f"{_MINUS}∞"
    text = f"{value:+.{decimals}f}"
    return (text if float(text) else text.lstrip("+-")).replace("-", _MINUS)


def plain_number(value: float) -> str:
    """A setting as it was given: ``0.05``, ``10,000``."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.10g}".replace("-", _MINUS)


def probability(value: float) -> str:
    """A posterior: ``0.62``, ``0.99986`` (two digits of what is missing to one), ``> 0.999999``."""
    least = 10.0**-NEAR_ONE
    if value <= 0:
        return "0"
    if value < least:
        return f"< {least:.{NEAR_ONE}f}"
    if value > 1 - least:
        return f"> {1 - least:.{NEAR_ONE}f}"
    away = min(value, 1 - value)
    decimals = min(NEAR_ONE, max(2, 1 - math.floor(math.log10(away))))
    # Rounding must not reach one or the threshold above: 0.999996 stays below one at six decimals.
    text = f"{value:.{decimals}f}"
    return text if 0 < float(text) < 1 else f"{value:.{decimals + 1}f}"


def small(value: float) -> str:
    """A bound such as 3.2 × 10⁻⁹, rounded up so that it stays a bound."""
    exponent = math.floor(math.log10(value))
    mantissa = math.ceil(value / 10.0**exponent * 10 - 1e-9) / 10
    if mantissa >= 10:
        mantissa, exponent = 1.0, exponent + 1
    return f"{mantissa:.1f} × 10{str(exponent).translate(_RAISED)}"
