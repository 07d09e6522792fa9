"""Which horizontal track each line takes between two rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amana.reporting.tree.graph import Graph, Odd, Place
from amana.reporting.tree.order import adjacent_couple
from amana.reporting.tree.place import Places

_SAME = 5.0
"""Vertical lines nearer than this would be read as one."""
_STRAIGHT = 0.5


@dataclass
class Net:
    """A line from ``tops`` to ``bottoms``; ``track`` None where it is one straight vertical."""

    odd: Odd
    tops: list[float]
    bottoms: list[float]
    track: int | None = None

    @property
    def straight(self) -> bool:
        """True if the line needs no horizontal piece."""
        xs = self.tops + self.bottoms
        return max(xs) - min(xs) < _STRAIGHT

    @property
    def ends(self) -> tuple[float, float]:
        """Leftmost and rightmost place."""
        xs = self.tops + self.bottoms
        return min(xs), max(xs)


def tracks(
    graph: Graph, rows: Sequence[Sequence[Place]], places: Places
) -> tuple[list[list[Net]], list[list[Net]]]:
    """Nets above and below the points of each row, each with its track (0 is the highest).

    Two nets whose horizontal pieces would touch get different tracks, and a net that comes from above
    at the same place where another goes down gets the higher one.  Where two nets ask that of each
    other, the point of one is moved aside a little.
    """
    for _ in range(200):
        upper, lower = _nets(graph, rows, places)
        stuck = None
        for level, _row in enumerate(rows):
            stuck = stuck or _assign(upper[level]) or _assign(lower[level])
        if stuck is None:
            return upper, lower
        _nudge(graph, places, stuck)
    raise RuntimeError("family tree: lines could not be told apart")  # pragma: no cover


def _nets(
    graph: Graph, rows: Sequence[Sequence[Place]], places: Places
) -> tuple[list[list[Net]], list[list[Net]]]:
    upper: list[list[Net]] = []
    lower: list[list[Net]] = []
    for level, row in enumerate(rows):
        upper.append([])
        lower.append([])
        for odd in graph.odds[level]:
            point = places.point[id(odd)]
            if adjacent_couple(odd, row):
                tops = [places.anchor[id(odd)]]
            else:
                tops = [places.port.get((id(odd), up), places.x[up]) for up in odd.ups]
            upper[-1].append(Net(odd, tops, [point]))
            if odd.downs:
                lower[-1].append(Net(odd, [point], [places.x[down] for down in odd.downs]))
    return upper, lower


def _assign(nets: list[Net]) -> Net | None:
    """Give every net of one gap its track; return a net that must be moved if they contradict."""
    bent = [net for net in nets if not net.straight]
    for net in nets:
        net.track = None
    for net in bent:
        for other in nets:
            if other is not net and other.straight and _touch(net, other):
                return net
    above = {
        i: {j for j, b in enumerate(bent) if j != i and _must_be_above(b, a)} for i, a in enumerate(bent)
    }
    while above:
        free = [i for i, before in above.items() if not before & above.keys()]
        if not free:
            return bent[_on_a_cycle(above)]
        i = min(free, key=lambda k: (bent[k].ends[1] - bent[k].ends[0], bent[k].ends[0]))
        bent[i].track = _first_free(bent[i], bent)
        del above[i]
    return None


def _on_a_cycle(above: Mapping[int, set[int]]) -> int:
    seen: list[int] = []
    i = min(above)
    while i not in seen:
        seen.append(i)
        i = min(above[i] & above.keys())
    return i


def _first_free(net: Net, bent: Sequence[Net]) -> int:
    taken = [other for other in bent if other.track is not None]
    least = max((o.track + 1 for o in taken if o.track is not None and _must_be_above(o, net)), default=0)
    while any(o.track == least and _overlap(o, net) for o in taken):
        least += 1
    return least


def _overlap(one: Net, other: Net) -> bool:
    return one.ends[0] < other.ends[1] + 6 and other.ends[0] < one.ends[1] + 6


def _must_be_above(one: Net, other: Net) -> bool:
    return any(abs(a - b) < _SAME for a in one.tops for b in other.bottoms)


def _touch(net: Net, straight: Net) -> bool:
    x = straight.tops[0]
    return any(abs(a - x) < _SAME for a in (*net.tops, *net.bottoms))


def _nudge(graph: Graph, places: Places, net: Net) -> None:
    """Move the net's point to the nearest place where nothing else runs."""
    level = next(i for i, points in enumerate(graph.odds) if any(o is net.odd for o in points))
    others = [places.point[id(o)] for o in graph.odds[level] if o is not net.odd]
    others += [x for (point, _), x in places.port.items() if point != id(net.odd)]
    others += [x for point, x in places.anchor.items() if point != id(net.odd)]
    own = set(net.odd.ups) | set(net.odd.downs)
    others += [
        places.x[p] for r in (level, level + 1) if r < len(graph.rows) for p in graph.rows[r] if p not in own
    ]
    x = places.point[id(net.odd)]
    step = 1
    while True:
        for candidate in (x + step, x - step):
            if all(abs(candidate - o) > _SAME + 1 for o in others):
                places.point[id(net.odd)] = candidate
                return
        step += 1
