"""The order of the places in each row: few crossings, partners side by side, siblings together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, permutations

from amana.reporting.tree.graph import Graph, Odd, Place

Block = tuple[Place, ...]
_CROSSING, _BETWEEN, _SCATTER, _FATHER_RIGHT, _OUT_OF_TURN = 10.0, 25.0, 1.0, 0.4, 0.2
_ROUNDS = 8
_ALL_ORDERS_UP_TO = 6


def ordered(graph: Graph) -> list[list[Place]]:
    """Rows of ``graph`` from left to right.

    Partners of one row move as one block.  Blocks are first sorted by the middle of what they hang
    from, downwards and upwards, then exchanged while that lowers the cost.  The same input gives the
    same order.
    """
    start = [_blocks(graph, row) for row in range(len(graph.rows))]
    best = start
    current = start
    for sweep in range(_ROUNDS):
        current = _swept(graph, current, downwards=sweep % 2 == 0)
        if _total(graph, current) < _total(graph, best):
            best = current
    return [_flat(row) for row in _exchanged(graph, best)]


def adjacent_couple(odd: Odd, row: Sequence[Place]) -> bool:
    """True if the point's two partners are neighbours in their row and so share a straight line."""
    if odd.couple or len(odd.ups) != 2 or not all(isinstance(up, str) for up in odd.ups):
        return False
    return abs(row.index(odd.ups[0]) - row.index(odd.ups[1])) == 1


def _flat(blocks: Sequence[Block]) -> list[Place]:
    return [place for block in blocks for place in block]


def _couples(graph: Graph, row: int) -> list[tuple[Place, Place]]:
    return [
        (odd.ups[0], odd.ups[1])
        for odd in graph.odds[row]
        if len(odd.ups) == 2 and all(isinstance(up, str) for up in odd.ups)
    ]


def _blocks(graph: Graph, row: int) -> list[Block]:
    couples = _couples(graph, row)
    block = {place: place for place in graph.rows[row]}
    for one, other in couples:
        old, new = block[other], block[one]
        block = {place: new if name == old else name for place, name in block.items()}
    groups: dict[Place, list[Place]] = {}
    for place in graph.rows[row]:
        groups.setdefault(block[place], []).append(place)
    return [_within(tuple(group), couples) for group in groups.values()]


def _within(block: Block, couples: Sequence[tuple[Place, Place]]) -> Block:
    """Order of the people of one block, partners as near as possible."""
    own = [(a, b) for a, b in couples if a in block]
    if len(block) == 1:
        return block

    def cost(candidate: Sequence[Place]) -> float:
        at = {place: i for i, place in enumerate(candidate)}
        return sum(abs(at[a] - at[b]) - 1 + _FATHER_RIGHT / 10 * (at[a] > at[b]) for a, b in own)

    if len(block) <= _ALL_ORDERS_UP_TO:
        return min(permutations(block), key=cost)
    best = list(block)
    improved = True
    while improved:
        improved = False
        for i in range(len(best)):
            for j in range(len(best)):
                moved = best[:i] + best[i + 1 :]
                moved.insert(j, best[i])
                if cost(moved) < cost(best) - 1e-9:
                    best, improved = moved, True
    return tuple(best)


def _middle(positions: Sequence[float]) -> float:
    return sum(positions) / len(positions)


def _swept(graph: Graph, rows: list[list[Block]], downwards: bool) -> list[list[Block]]:
    """Each row's blocks sorted by the middle of their parents (or of their children) in the row before."""
    done = [list(row) for row in rows]
    levels = range(1, len(done)) if downwards else range(len(done) - 2, -1, -1)
    for level in levels:
        wanted: dict[Place, list[float]] = {}
        points = graph.odds[level - 1] if downwards else graph.odds[level]
        other = _flat(done[level - 1] if downwards else done[level + 1])
        at = {place: i / max(len(other) - 1, 1) for i, place in enumerate(other)}
        for odd in points:
            known, asked = (odd.ups, odd.downs) if downwards else (odd.downs, odd.ups)
            for place in asked:
                wanted.setdefault(place, []).append(_middle([at[k] for k in known]))
        size = max(sum(len(b) for b in done[level]) - 1, 1)
        present = {place: i / size for i, place in enumerate(_flat(done[level]))}
        aim = {
            block: _middle(
                [x for place in block for x in wanted.get(place, [])] or [present[p] for p in block]
            )
            for block in done[level]
        }
        turned = []
        for block in done[level]:
            ends = [_middle(wanted.get(place, [aim[block]])) for place in (block[0], block[-1])]
            turned.append(block[::-1] if ends[0] > ends[1] else block)
        order = sorted(range(len(turned)), key=lambda i: aim[done[level][i]])
        done[level] = [turned[i] for i in order]
    return done


def _row_cost(graph: Graph, row: int, order: Sequence[Place]) -> float:
    """Cost that depends on one row alone: partners apart, father right of mother, order of birth broken."""
    at = {place: i for i, place in enumerate(order)}
    cost = 0.0
    for odd in graph.odds[row]:
        if len(odd.ups) == 2:
            apart = abs(at[odd.ups[0]] - at[odd.ups[1]]) - 1
            cost += _BETWEEN * apart + _FATHER_RIGHT * (at[odd.ups[0]] > at[odd.ups[1]])
    if row:
        for odd in graph.odds[row - 1]:
            places = [at[d] for d in odd.downs]
            cost += _SCATTER * (max(places) - min(places) + 1 - len(places))
            cost += _OUT_OF_TURN * sum(a > b for a, b in pairwise(places))
    return cost


def _between_cost(graph: Graph, row: int, upper: Sequence[Place], lower: Sequence[Place]) -> float:
    """Crossings between the points below ``row`` and the next row, and the slant of their lines."""
    above = {place: i for i, place in enumerate(upper)}
    below = {place: i for i, place in enumerate(lower)}
    edges: list[tuple[float, int]] = []
    slant = 0.0
    for odd in graph.odds[row]:
        x = _middle([above[up] for up in odd.ups])
        edges.extend((x, below[down]) for down in odd.downs)
        centre = _middle([below[down] for down in odd.downs])
        slant += abs((x + 0.5) / len(upper) - (centre + 0.5) / len(lower))
    crossings = 0
    for i, (a, b) in enumerate(edges):
        for c, d in edges[i + 1 :]:
            crossings += (a - c) * (b - d) < 0
    return _CROSSING * crossings + 2 * slant


def _total(graph: Graph, rows: Sequence[Sequence[Block]]) -> float:
    flat = [_flat(row) for row in rows]
    cost = sum(_row_cost(graph, i, row) for i, row in enumerate(flat))
    return cost + sum(_between_cost(graph, i, flat[i], flat[i + 1]) for i in range(len(flat) - 1))


def _local(graph: Graph, flat: Sequence[Sequence[Place]], row: int, order: Sequence[Place]) -> float:
    cost = _row_cost(graph, row, order)
    if row:
        cost += _between_cost(graph, row - 1, flat[row - 1], order)
    if row + 1 < len(flat):
        cost += _between_cost(graph, row, order, flat[row + 1])
    return cost


def _exchanged(graph: Graph, rows: Sequence[Sequence[Block]]) -> list[list[Block]]:
    """Blocks moved and turned one at a time while that lowers the cost."""
    done = [list(row) for row in rows]
    flat = [_flat(row) for row in done]
    for _ in range(_ROUNDS):
        improved = False
        for row, blocks in enumerate(done):
            best, cost = blocks, _local(graph, flat, row, flat[row])
            for i, block in enumerate(blocks):
                rest = blocks[:i] + blocks[i + 1 :]
                for turned in (block, block[::-1]) if len(block) > 1 else (block,):
                    for j in range(len(blocks)):
                        if j == i and turned == block:
                            continue
                        candidate = [*rest[:j], turned, *rest[j:]]
                        new = _local(graph, flat, row, _flat(candidate))
                        if new < cost - 1e-9:
                            best, cost = candidate, new
            if best is not blocks:
                done[row], flat[row], improved = best, _flat(best), True
        if not improved:
            break
    return done
