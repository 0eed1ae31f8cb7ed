"""Generated counties: repeatable, sound, and with the seats that were asked for."""

from collections.abc import Callable
from types import ModuleType

import networkx as nx
import numpy as np
import pytest

Import = Callable[[str], ModuleType]


@pytest.mark.parametrize(("units", "schools", "tightness"), [(60, 5, 1.1), (700, 12, 1.03)])
def test_counties_are_sound(module: Import, units: int, schools: int, tightness: float) -> None:
    county = module("synthetic").generate(units, schools, tightness, 3)
    assert county.size == f"{units}x{schools}"
    pupils = county.demand
    assert (pupils == np.round(pupils)).all() and pupils.min() >= 0 and pupils.max() <= 40
    assert county.seats.sum() == round(tightness * pupils.sum())
    assert (county.seats == np.round(county.seats)).all()
    assert len(set(county.root.tolist())) == schools
    graph: nx.Graph[int] = nx.Graph(county.edges.tolist())
    assert len(graph) == units and nx.is_connected(graph)
    assert nx.check_planarity(graph)[0]
    # cells cut at the square: no unit has neighbours all along its edge
    assert max(dict(graph.degree).values()) < 20


@pytest.mark.parametrize(("units", "sites", "tightness"), [(60, 5, 1.1), (700, 30, 1.03)])
def test_counties_with_sites_are_sound(
    module: Import, units: int, sites: int, tightness: float
) -> None:
    county = module("siting").generate(units, sites, tightness, 3)
    assert county.size == f"{units}x{sites}" and county.optional and county.count is None
    assert len(set(county.root.tolist())) == sites
    # two in five sites hold the pupils as tightly as was asked for
    number = round(0.4 * sites)
    wanted = round(tightness * county.demand.sum())
    own = np.sort(np.unique(county.seats))
    assert number <= sites and len(own) <= number and own.sum() <= wanted
    assert county.seats.sum() > wanted
    assert (county.fixed == np.round(county.fixed)).all() and county.fixed.min() >= 1
    again = module("siting").generate(units, sites, tightness, 3)
    assert np.array_equal(county.seats, again.seats)
    assert np.array_equal(county.fixed, again.fixed)


def test_zones_grow_in_one_piece(module: Import) -> None:
    synthetic = module("synthetic")
    county = synthetic.generate(200, 8, 1.0, 5)
    chance = np.random.default_rng(0)
    zone = synthetic._grow(county.points, county.edges, county.root, chance.uniform(0.5, 2, 8))
    plan = {u: county.schools[s] for u, s in zip(county.units, zone, strict=True)}
    faults = county.faults(plan)  # it has other speeds than the seats were drawn from
    assert not [fault for fault in faults if "pieces" in fault or "own zone" in fault]


def test_a_seed_repeats_its_county(module: Import) -> None:
    generate = module("synthetic").generate
    one, same, other = (generate(80, 4, 1.1, seed) for seed in (1, 1, 2))
    for name in ("points", "demand", "seats", "root", "edges"):
        assert np.array_equal(getattr(one, name), getattr(same, name))
    assert not np.array_equal(one.points, other.points)


def test_sizes_are_parsed(module: Import) -> None:
    parse = module("synthetic").parse_size
    assert parse("3000x60") == (3000, 60)
    for text in ("3000", "x60", "3000*60", "10x20", "3x1", "-4x2"):
        with pytest.raises(ValueError, match=r"size .*: expected"):
            parse(text)


def test_whole_seats_keep_the_total(module: Import) -> None:
    whole = module("synthetic").whole_seats(np.array([1.4, 2.7, 3.4]))
    assert whole.tolist() == [1, 3, 3] or whole.sum() == 8
    assert whole.sum() == round(1.4 + 2.7 + 3.4)
    assert (whole >= [1, 2, 3]).all()
