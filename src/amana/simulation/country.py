"""The field work of a whole country, with known truth: alerts, sites, remains and their custody.

Everything is invented: positions are drawn around random points, words are put together from short phrases.
It serves to measure how the casework bears a country's load, and how well repeated alerts are recognised.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

SOUTH, NORTH, WEST, EAST = 32.5, 36.8, 36.0, 42.0
"""A rectangle of degrees in which the invented sites lie."""
_METRES = 111_195.0  # of a degree of latitude on a sphere of 6,371 km; enough for scatter

_DEPOSITIONS = ("surface", "buried", "well", "structure", "water", "burnt")
_DEPOSITION_SHARES = (0.30, 0.45, 0.07, 0.12, 0.02, 0.04)
_KINDS, _KIND_SHARES = ("body", "body_part", "bone", "bag", "ash"), (0.45, 0.2, 0.25, 0.08, 0.02)
_HAZARDS, _HAZARD_SHARES = ("unknown", "requested", "cleared", "restricted"), (0.35, 0.15, 0.4, 0.1)
_LANDMARKS = (
    ("بئر قديمة", "an old well"), ("بستان زيتون", "an olive grove"), ("مدرسة مهجورة", "an empty school"),
    ("جسر صغير", "a small bridge"), ("طريق ترابي", "a dirt road"), ("خزان ماء", "a water tank"),
    ("مزرعة دواجن", "a poultry farm"), ("تلة صخرية", "a rocky hill"), ("معمل بلوك", "a block factory"),
    ("قناة ري", "an irrigation ditch"),
)  # fmt: skip
_SEEN = (
    ("رأيت عظاماً ظاهرة", "I saw bones lying open"), ("رأيت ثياباً وعظاماً", "I saw clothes and bones"),
    ("أرض محفورة حديثاً", "the ground was dug lately"), ("جثث على سطح الأرض", "bodies on the ground"),
    ("رائحة وأكياس", "a smell, and bags"), ("جماجم بين الحجارة", "skulls among the stones"),
)  # fmt: skip
_SIDES = (
    ("شمال القرية", "north of the village"), ("جنوب القرية", "south of the village"),
    ("شرق الطريق", "east of the road"), ("غرب الطريق", "west of the road"),
    ("قرب المقبرة", "near the cemetery"), ("خلف البيوت", "behind the houses"),
)  # fmt: skip


@dataclass(frozen=True)
class CountrySize:
    """How much is made.  The defaults are the load that the casework is measured under."""

    alerts: int = 100_000
    sites: int = 20_000
    units: int = 200_000
    events: int = 1_000_000


@dataclass(frozen=True)
class SimulatedSpot:
    """A findspot in degrees on WGS 84."""

    label: str
    latitude: float
    longitude: float
    uncertainty_m: float


@dataclass(frozen=True)
class SimulatedSite:
    """A site and what truly lies there."""

    index: int
    name_en: str
    name_ar: str
    deposition: str
    hazard: str
    spots: tuple[SimulatedSpot, ...]
    bodies: int


@dataclass(frozen=True)
class SimulatedAlert:
    """What one caller says.  ``site`` is the truth that no operator sees: None where there is nothing."""

    index: int
    site: int | None
    at: datetime.datetime
    language: str
    account: str
    place_words: str
    count_words: str
    latitude: float | None
    longitude: float | None
    uncertainty_m: float | None
    seen_on: datetime.date | None
    dangers: tuple[str, ...]
    digging: str


@dataclass(frozen=True)
class SimulatedUnit:
    """Something that was lifted at a spot of a site, and the events of its custody in order of time."""

    index: int
    site: int
    spot: int
    kind: str
    lifted_at: datetime.datetime
    events: tuple[tuple[str, datetime.datetime], ...]


EVENT_ORDER = ("taken", "offered", "accepted", "moved", "checked", "checked", "moved", "checked")
"""What happens to a unit, one after another, as far as its number of events goes."""


def simulate_sites(size: CountrySize, seed: int) -> list[SimulatedSite]:
    """Every site of the country with its spots, close together as at one place of finds."""
    rng = np.random.default_rng((seed, 1))
    n = size.sites
    latitude, longitude = rng.uniform(SOUTH, NORTH, n), rng.uniform(WEST, EAST, n)
    depositions = rng.choice(_DEPOSITIONS, n, p=_DEPOSITION_SHARES)
    hazards = rng.choice(_HAZARDS, n, p=_HAZARD_SHARES)
    bodies = 1 + rng.poisson(rng.gamma(0.7, 14.0, n))
    spots = np.minimum(1 + rng.poisson(1.5, n), 9)
    found = []
    for i in range(n):
        landmark, side = _LANDMARKS[i % len(_LANDMARKS)], _SIDES[(i // 7) % len(_SIDES)]
        offsets = rng.normal(0, 150.0, (int(spots[i]), 2))
        found.append(
            SimulatedSite(
                index=i,
                name_en=f"Site {i + 1} (synthetic), {landmark[1]}, {side[1]}",
                name_ar=f"موقع {i + 1} (مختلق)، {landmark[0]}، {side[0]}",
                deposition=str(depositions[i]),
                hazard=str(hazards[i]),
                spots=tuple(
                    SimulatedSpot(str(k + 1), *_moved(latitude[i], longitude[i], *at), uncertainty_m=10.0)
                    for k, at in enumerate(offsets)
                ),
                bodies=int(bodies[i]),
            )
        )
    return found


def simulate_alerts(
    size: CountrySize, sites: Sequence[SimulatedSite], seed: int, until: datetime.datetime
) -> Iterator[SimulatedAlert]:
    """Alerts in order of time.  Large sites are reported more often; one in twelve is of nothing at all.

    Parameters
    ----------
    until
        The last one is reported before this moment, the first about 700 days earlier.
    """
    rng = np.random.default_rng((seed, 2))
    weight = np.sqrt([s.bodies for s in sites])
    chosen = rng.choice(len(sites), size.alerts, p=weight / weight.sum())
    nothing = rng.random(size.alerts) < 1 / 12
    ages = np.sort(rng.gamma(1.5, 90.0, size.alerts).clip(0.01, 700))[::-1]
    for i in range(size.alerts):
        site = sites[int(chosen[i])]
        at = until - datetime.timedelta(days=float(ages[i]))
        yield _alert(rng, i, site, at, is_real=not nothing[i])


def _alert(
    rng: np.random.Generator, index: int, site: SimulatedSite, at: datetime.datetime, *, is_real: bool
) -> SimulatedAlert:
    arabic = rng.random() < 0.85
    language = 0 if arabic else 1
    spot = site.spots[int(rng.integers(len(site.spots)))]
    located = rng.random() < 0.7
    error = float(rng.choice((15.0, 80.0, 400.0)))
    latitude, longitude = (
        _moved(spot.latitude, spot.longitude, *rng.normal(0, error / 2, 2)) if located else (None, None)
    )
    # Whoever reports a site speaks of its own landmark; other words differ from caller to caller.
    landmark = _LANDMARKS[site.index % len(_LANDMARKS)] if is_real else _pick(rng, _LANDMARKS)
    side = _SIDES[(site.index // 7) % len(_SIDES)] if is_real else _pick(rng, _SIDES)
    seen = _pick(rng, _SEEN)
    joint = "، " if arabic else ", "
    return SimulatedAlert(
        index=index,
        site=site.index if is_real else None,
        at=at,
        language="ar" if arabic else "en",
        account=joint.join((seen[language], landmark[language], side[language])),
        place_words=joint.join((landmark[language], side[language])),
        count_words=_count_words(rng, site.bodies, arabic=arabic),
        latitude=latitude,
        longitude=longitude,
        uncertainty_m=error if located else None,
        seen_on=(at - datetime.timedelta(days=float(rng.exponential(6.0)))).date(),
        dangers=tuple(d for d, p in (("mines", 0.2), ("shells", 0.15), ("animals", 0.2)) if rng.random() < p),
        digging=str(rng.choice(("yes", "no", "unknown"), p=(0.05, 0.55, 0.4))),
    )


def simulate_units(
    size: CountrySize, sites: Sequence[SimulatedSite], seed: int, until: datetime.datetime
) -> Iterator[SimulatedUnit]:
    """Units of every site, more where more lies, each with at least one custody event."""
    rng = np.random.default_rng((seed, 3))
    weight = np.array([s.bodies for s in sites], dtype=float)
    chosen = np.sort(rng.choice(len(sites), size.units, p=weight / weight.sum()))
    events = _events_per_unit(rng, size)
    kinds = rng.choice(_KINDS, size.units, p=_KIND_SHARES)
    for i in range(size.units):
        site = sites[int(chosen[i])]
        lifted = until - datetime.timedelta(days=float(rng.uniform(60, 600)))
        gaps = np.cumsum(rng.exponential(3.0, int(events[i])))
        order = (EVENT_ORDER[min(k, len(EVENT_ORDER) - 1)] for k in range(int(events[i])))
        yield SimulatedUnit(
            index=i,
            site=site.index,
            spot=int(rng.integers(len(site.spots))),
            kind=str(kinds[i]),
            lifted_at=lifted,
            events=tuple(
                (what, min(lifted + datetime.timedelta(days=float(g)), until))
                for what, g in zip(order, gaps, strict=True)
            ),
        )


def _events_per_unit(rng: np.random.Generator, size: CountrySize) -> np.ndarray:
    """Numbers of at least one each that sum to the events wanted."""
    if size.events < size.units:
        raise ValueError("every unit has at least one custody event")
    extra = size.events - size.units
    counts: np.ndarray = 1 + rng.multinomial(extra, np.full(size.units, 1 / size.units))
    return counts


def _count_words(rng: np.random.Generator, bodies: int, *, arabic: bool) -> str:
    low = max(1, round(bodies * float(rng.uniform(0.6, 1.0))))
    high = max(low, round(bodies * float(rng.uniform(1.0, 1.4))))
    manner = rng.random()
    if manner < 0.25:
        return "عشرات" if arabic else "dozens"
    if manner < 0.5:
        return f"حوالي {low}" if arabic else f"about {low}"
    return f"من {low} إلى {high} جثة" if arabic else f"{low} to {high} bodies"


def _pick(rng: np.random.Generator, pairs: Sequence[tuple[str, str]]) -> tuple[str, str]:
    return pairs[int(rng.integers(len(pairs)))]


def _moved(latitude: float, longitude: float, east: float, north: float) -> tuple[float, float]:
    """A point so many metres away."""
    return (
        round(float(latitude + north / _METRES), 6),
        round(float(longitude + east / (_METRES * math.cos(math.radians(latitude)))), 6),
    )
