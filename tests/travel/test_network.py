"""Which roads a mode may use, how fast, and in which direction."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.travel.streets import roads
from zoning.errors import InputError
from zoning.travel import BUS, DRIVE, WALK, Mode
from zoning.travel.modes import as_mode
from zoning.travel.network import Network, network_of, tobler

LINE = {"a": (0.0, 0.0), "b": (1000.0, 0.0)}
THERE_AND_BACK = ({"highway": "footway"}, {"highway": "motorway"})


def one(mode: Mode, **tags: str) -> Network:
    """Return the network of one kilometre of road with the tags."""
    tags.setdefault("highway", "residential")
    return network_of(roads(LINE, [(["a", "b"], tags)]), mode)


def kmh(network: Network) -> float:
    """Return the speed on the one road, 0 if there is none."""
    if not len(network.begin):
        return 0.0
    return float(0.06 * network.metres[0] / network.forward[0])


@pytest.mark.parametrize(
    ("mode", "tags", "speed"),
    [
        (WALK, {"highway": "footway"}, 4.0),
        (WALK, {"highway": "motorway"}, 0.0),
        (WALK, {"foot": "no"}, 0.0),
        (WALK, {"access": "private"}, 0.0),
        (WALK, {"access": "private", "foot": "yes"}, 4.0),
        (WALK, {"maxspeed": "2"}, 4.0),
        (DRIVE, {"highway": "primary"}, 65.0),
        (DRIVE, {"highway": "primary", "maxspeed": "50"}, 50.0),
        (DRIVE, {"highway": "primary", "maxspeed": "30 mph"}, 30 * 1.609344),
        (DRIVE, {"highway": "primary", "maxspeed": "CN:urban"}, 65.0),
        (DRIVE, {"highway": "primary", "maxspeed": "0"}, 65.0),
        (DRIVE, {"highway": "footway"}, 0.0),
        (DRIVE, {"highway": "footway", "maxspeed": "30"}, 0.0),
        (DRIVE, {"access": "no", "motor_vehicle": "destination"}, 25.0),
        (DRIVE, {"motorcar": "no", "access": "yes"}, 0.0),
        (BUS, {"highway": "primary"}, 60.0),
        (BUS, {"motor_vehicle": "no", "bus": "yes"}, 25.0),
        (replace(BUS, cap=20.0), {"highway": "primary"}, 20.0),
        (replace(WALK, winter=2.0), {}, 2.0),
        (replace(WALK, unpaved=1.6), {"surface": "gravel"}, 2.5),
        (replace(WALK, unpaved=1.6), {"surface": "asphalt"}, 4.0),
    ],
)
def test_speed_and_access(mode: Mode, tags: dict[str, str], speed: float) -> None:
    assert kmh(one(mode, **tags)) == pytest.approx(speed)


RING = {"a": (0.0, 0.0), "b": (1000.0, 0.0), "c": (1000.0, 1000.0)}


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({}, True, True),
        ({"oneway": "yes"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"junction": "roundabout"}, True, False),
        ({"junction": "roundabout", "oneway": "no"}, True, True),
        ({"oneway": "yes", "oneway:bus": "no"}, True, True),
    ],
)
def test_one_way_streets(tags: dict[str, str], forward: bool, backward: bool) -> None:
    streets = [(["a", "b"], {"highway": "residential", **tags}),
               (["b", "c", "a"], {"highway": "residential"})]  # fmt: skip
    network = network_of(roads(RING, streets), BUS)
    assert np.isfinite(network.forward[0]) == forward
    assert np.isfinite(network.backward[0]) == backward
    assert np.isfinite(network_of(roads(RING, streets), WALK).backward).all()


def test_an_expressway_is_one_way_and_has_a_limit_of_its_own() -> None:
    streets = [(["a", "b"], {"highway": "motorway"}), (["b", "c", "a"], {"highway": "primary"})]
    network = network_of(roads(RING, streets), BUS)
    assert 0.06 * network.metres[0] / network.forward[0] == pytest.approx(80.0)
    assert np.isinf(network.backward[0])


def test_tobler_by_its_known_values() -> None:
    """On the level 5.036 km/h, at the best descent of 5 % 6 km/h; the same 10 % apart from it."""
    level = 6 * np.exp(-3.5 * 0.05)
    assert level == pytest.approx(5.036, abs=1e-3)
    assert level * tobler(np.array([-0.05]))[0] == pytest.approx(6.0)
    assert tobler(np.array([0.0]))[0] == pytest.approx(1.0)
    assert tobler(np.array([-0.1]))[0] == pytest.approx(1.0)
    uphill, downhill = tobler(np.array([0.3, -0.3]))
    assert uphill < downhill < 1.0


def test_slopes_count_both_ways_but_not_on_bridges() -> None:
    heights = np.array([0.0, 100.0])
    steep = network_of(roads(LINE, [(["a", "b"], {"highway": "path"})]), WALK, heights)
    flat = one(WALK, highway="path")
    slope = np.array([100.0 / steep.metres[0]])
    assert steep.forward[0] == pytest.approx(flat.forward[0] / tobler(slope)[0])
    assert steep.backward[0] == pytest.approx(flat.forward[0] / tobler(-slope)[0])
    bridge = roads(LINE, [(["a", "b"], {"highway": "path", "bridge": "yes"})])
    assert network_of(bridge, WALK, heights).forward[0] == pytest.approx(flat.forward[0])
    assert network_of(bridge, BUS, heights).metres.size == 0
    unknown = network_of(roads(LINE, [(["a", "b"], {"highway": "path"})]), WALK, heights * np.nan)
    assert unknown.forward[0] == pytest.approx(flat.forward[0])


def test_pieces_that_lead_nowhere_are_left_out() -> None:
    nodes = {"a": (0.0, 0.0), "b": (3000.0, 0.0), "c": (0.0, 500.0), "d": (300.0, 500.0)}
    path = {"highway": "path"}
    network = network_of(roads(nodes, [(["a", "b"], path), (["c", "d"], path)]), WALK)
    assert len(network.metres) == 1 and network.metres[0] > 2900
    assert network.left_out == pytest.approx(300.0, rel=0.01)
    island = {**nodes, "d": (2500.0, 500.0)}
    network = network_of(roads(island, [(["a", "b"], path), (["c", "d"], path)]), WALK)
    assert len(network.metres) == 2 and network.left_out == 0
    assert network.part[0] != network.part[2]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"unpaved": 0.5}, "unpaved"),
        ({"winter": float("nan")}, "winter"),
        ({"wait": -1.0}, "wait"),
        ({"cap": 0.0}, "cap"),
        ({"kmh": {"path": 0.0}}, "speed on path"),
        ({"kmh": {}}, "kmh"),
        ({"name": " "}, "name"),
        ({"reach": float("inf")}, "reach"),
    ],
)
def test_a_wrong_mode_is_named(change: dict[str, object], word: str) -> None:
    with pytest.raises(InputError, match=word):
        replace(WALK, **change)
    assert replace(WALK, unpaved=1.0, winter=1.0, wait=0.0) == WALK


def test_an_unknown_mode_is_named() -> None:
    with pytest.raises(InputError, match="one of walk, drive, bus; found 'horse'"):
        as_mode("horse")
    assert as_mode("bus") is BUS
