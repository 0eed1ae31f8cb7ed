"""Whether diverted children could go to receivers that are asked earlier, or nearer ones, in all.

A plan sends as many as it must as best it can exactly if no exchange along a cycle helps: one
child to another receiver, whose place another leaves, or one child instead of another of the same
order (Klein 1967, negative cycles of a minimum-cost flow).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from zoning.plan.verify.breach import Breach
from zoning.plan.verify.ways import Journey

__all__ = ["Sending", "check_nearest"]

_FINE = 1e6
"""Parts of a minute or metre that count: whole numbers add up without rounding."""
_LEAST = 1e-6
_ALIKE = 1e-6
"""Journeys that differ by less than this share of the longest are alike to whoever solved it."""


@dataclass(frozen=True)
class Sending:
    """Children of one unit and group of a zone.

    ``level`` names those of whom the zone sends some, whoever they are; ``pupils`` there are,
    ``sent`` by receiver, and ``ways`` by receiver: order in which it is asked, and journey.
    """

    unit: str
    group: str
    level: tuple[str, float]
    pupils: float
    sent: Mapping[str, float]
    ways: Mapping[str, tuple[float, Journey]]


def check_nearest(sendings: list[Sending], left: Mapping[str, float]) -> list[Breach]:
    """No exchange sends children to receivers asked earlier, or nearer ones, over all of them.

    ``left`` are the places of each receiver that nobody takes.
    """
    import networkx as nx

    graph: nx.DiGraph[object] = nx.DiGraph()
    come: defaultdict[str, float] = defaultdict(float)
    (costs, alike), anywhere = _costs(sendings), object()
    for k, one in enumerate(sendings):
        graph.add_edge(k, one.level, weight=0)
        if one.pupils - math.fsum(one.sent.values()) > _LEAST:
            graph.add_edge(one.level, k, weight=0)
        for receiver, cost in costs[k].items():
            graph.add_edge(k, receiver, weight=cost + alike)
            if one.sent.get(receiver, 0.0) > _LEAST:
                graph.add_edge(receiver, k, weight=alike - cost)
                come[receiver] += one.sent[receiver]
    for receiver in {name for cost in costs for name in cost}:
        if left[receiver] > _LEAST:
            graph.add_edge(receiver, anywhere, weight=0)
        if come[receiver] > _LEAST:
            graph.add_edge(anywhere, receiver, weight=0)
    start = object()
    graph.add_edges_from([(start, node) for node in list(graph)], weight=0)
    if not nx.negative_edge_cycle(graph):
        return []
    cycle = nx.find_negative_cycle(graph, start)
    parts = [
        f"unit {sendings[a].unit}, group {sendings[a].group!r}, to {b}"
        for a, b in pairwise(cycle) if isinstance(a, int) and isinstance(b, str)
    ]  # fmt: skip
    expected = "receivers that are asked first, then the shortest journeys in all"
    return [Breach("the diversions", expected, f"better: {'; '.join(parts)}")]


def _costs(sendings: list[Sending]) -> tuple[list[dict[str, int]], int]:
    """By receiver what a child costs there, the order first, then the journey; what is alike."""
    every = [way for one in sendings for _, way in one.ways.values()]
    known = not any(math.isnan(way.minutes) for way in every)
    measure = "minutes" if known else "metres"
    lengths = [
        {school: round(_FINE * getattr(way, measure)) for school, (_, way) in one.ways.items()}
        for one in sendings
    ]
    longest = max((length for one in lengths for length in one.values()), default=0)
    far = (longest + 1) * 2 * (len(sendings) + 1)
    costs = [
        {r: int(one.ways[r][0]) * far + length for r, length in own.items()}
        for one, own in zip(sendings, lengths, strict=True)
    ]
    return costs, math.ceil(_ALIKE * longest)
