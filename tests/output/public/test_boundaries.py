"""What lies to the north, east, south and west of a zone."""

from __future__ import annotations

from pathlib import Path

from tests.builders import grid_county
from tests.plan.made import made
from zoning.county import County
from zoning.output.public import publish
from zoning.output.public.boundaries import SIDES, Neighbour
from zoning.output.public.edition import Edition

FIVE = [(1, 1, 900.0), (1, 2, 900.0), (2, 1, 900.0), (1, 0, 900.0), (0, 1, 900.0)]


def sides(county: County, changes: dict[str, str]) -> dict[str, tuple[Neighbour, ...]]:
    """Return the sides of zone 1."""
    edition = Edition.of(made(county, changes), county, None, threshold=5, counts=False)
    return edition.sides[0]


def around(**columns: list[tuple[int, int]]) -> dict[str, str]:
    return {f"u{x:02d}{y:02d}": school for school, units in columns.items() for x, y in units}


CORNERS = around(s2=[(0, 2), (1, 2), (2, 2)], s4=[(0, 0), (1, 0), (2, 0)], s3=[(2, 1)], s5=[(0, 1)])


def test_each_side_names_its_zone_and_units() -> None:
    county = grid_county(3, 3, FIVE)
    found = sides(county, CORNERS | around(s1=[(1, 1)]))
    assert found == {
        "north": (Neighbour(2, ("u0102",)),),
        "east": (Neighbour(3, ("u0201",)),),
        "south": (Neighbour(4, ("u0100",)),),
        "west": (Neighbour(5, ("u0001",)),),
    }


def test_the_countys_border_is_no_neighbour() -> None:
    county = grid_county(3, 1, [(0, 0, 900.0), (2, 0, 900.0)])
    found = sides(county, around(s1=[(0, 0), (1, 0)], s2=[(2, 0)]))
    assert found["east"] == (Neighbour(2, ("u0200",)),)
    assert found["north"] == found["south"] == found["west"] == (Neighbour(None, ()),)


def test_the_longest_border_comes_first() -> None:
    """A long zone below three units of one zone and one of another."""
    county = grid_county(4, 2, [(0, 0, 900.0), (0, 1, 900.0), (3, 1, 900.0)])
    below = around(s1=[(x, 0) for x in range(4)])
    found = sides(county, below | around(s2=[(0, 1), (1, 1), (2, 1)], s3=[(3, 1)]))
    assert [each.number for each in found["north"]] == [2, 3]
    assert set(found["north"][0].units) == {"u0001", "u0101", "u0201"}


def test_land_without_a_school_is_named_so() -> None:
    county = grid_county(3, 1, [(0, 0, 900.0), (2, 0, 900.0)])
    found = sides(county, around(s1=[(0, 0)], s2=[(2, 0)]) | {"u0100": ""})
    assert found["east"] == (Neighbour(None, ("u0100",)),)


def test_units_known_as_points(tmp_path: Path) -> None:
    county = grid_county(4, 3, [(0, 0, 900.0), (3, 2, 900.0)], points=True, lonlat=True)
    publish(made(county), tmp_path / "out", counts=False)
    text = (tmp_path / "out" / "notice.en.html").read_text(encoding="utf-8")
    assert "Areas are drawn around the places where people live" in text
    assert "east: zone 2" in text


def test_every_zone_has_four_sides() -> None:
    county = grid_county(5, 5, [(0, 0, 900.0), (4, 4, 900.0), (2, 2, 900.0)], lonlat=True)
    edition = Edition.of(made(county), county, None, threshold=5, counts=False)
    assert all(set(each) == set(SIDES) for each in edition.sides)
    assert all(each[side] for each in edition.sides for side in SIDES)
