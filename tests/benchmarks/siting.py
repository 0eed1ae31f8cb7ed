"""Made-up counties with candidate sites, for the `siting` family: seeded, and a plan exists.

Units, pupils and neighbours are those of :mod:`synthetic`. Nothing stands yet: all sites are
candidates, somewhat spread out. Two in five of them, drawn by chance, are a hidden choice. Zones
grow from these at random speeds, and their seats are their zones' pupils times the tightness;
each other site has the seats of one of them. So sizes differ, and some choice has a plan for
certain. A site costs more the more seats it has, but not in proportion, and some are dearer than
others. Its cost is so large that building about as many sites as the hidden choice has is best:
if n sites make journeys of T in all, and T falls with the root of n, then T / 2n.
"""

from __future__ import annotations

import numpy as np
from instance import METRES_IN_A_KILOMETRE, Floats, Instance, straight_cost
from synthetic import draw_units, hidden_loads, on_the_map, place_schools, whole_seats

HIDDEN_SHARE = 0.4
"""Sites of the hidden choice, as a share of all."""
FLOOR_COST, LEAST_LUCK, MOST_LUCK = 0.5, 0.8, 1.2
"""Share of a mean site's cost that does not depend on its seats; by what costs differ."""


def generate(units: int, sites: int, tightness: float, seed: int) -> Instance:
    """The county of a seed; ``tightness`` is the hidden choice's seats divided by all pupils."""
    chance = np.random.default_rng([seed, units, sites, 1])
    points, edges, pupils = draw_units(chance, units)
    root = place_schools(chance, points, pupils, sites)
    number = max(1, round(HIDDEN_SHARE * sites))
    hidden = np.sort(chance.choice(sites, number, replace=False))
    load = hidden_loads(chance, points, edges, pupils, root[hidden])
    own = whole_seats(tightness * load)
    seats = own[chance.integers(number, size=sites)]
    seats[hidden] = own
    placed = on_the_map(points)
    return Instance(
        name=f"{units}x{sites}_t{tightness:.2f}",
        units=[f"u{k}" for k in range(units)],
        schools=[f"s{k}" for k in range(sites)],
        demand=pupils,
        seats=seats,
        cost=straight_cost(placed, pupils, root),
        points=placed,
        root=root,
        edges=edges,
        straight=True,
        optional=True,
        fixed=_costs(chance, seats, _journeys(placed, pupils, root[hidden]) / (2 * number)),
    )


def _journeys(points: Floats, pupils: Floats, root: Floats) -> float:
    """Pupil-kilometres if every unit went to the nearest of some sites."""
    from scipy.spatial import KDTree

    metres, _ = KDTree(points[root]).query(points)
    return float(pupils @ metres) / METRES_IN_A_KILOMETRE


def _costs(chance: np.random.Generator, seats: Floats, mean: float) -> Floats:
    """Whole pupil-kilometres by site; a site of mean seats costs about ``mean``."""
    luck = chance.uniform(LEAST_LUCK, MOST_LUCK, len(seats))
    size = FLOOR_COST + (1 - FLOOR_COST) * seats / seats.mean()
    result: Floats = np.maximum(1.0, np.round(mean * size * luck))
    return result
