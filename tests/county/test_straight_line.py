"""Journeys by straight line: one rule in place of a travel table."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.builders import METRIC, grid_county
from zoning.county import County, StraightLine, read_county, write_county
from zoning.county.straight_line import straight_line_points
from zoning.errors import InputError

RULE = StraightLine(1.3, 60.0)


def lined(**changes: Any) -> County:
    return grid_county(
        3, 2, ((0, 0, 90.0), (2, 1, 90.0)), travel=None, straight_line=RULE, **changes
    )


def test_points_are_centroids_in_metres() -> None:
    for lonlat in (False, True):
        county = lined(lonlat=lonlat)
        begin, end = straight_line_points(county.units, county.schools, METRIC)
        assert begin[4] - begin[0] == pytest.approx([1000.0, 1000.0], abs=0.01)
        assert np.linalg.norm(end[1] - end[0]) == pytest.approx(np.hypot(2000, 1000), abs=0.01)
        assert begin[0] == pytest.approx(end[0], abs=0.01)


def test_minutes_need_a_speed() -> None:
    assert RULE.scale("metres") == 1.3
    assert RULE.scale("minutes") == pytest.approx(1.3 / 60)
    assert np.isnan(StraightLine().scale("minutes"))


def test_the_rule_is_written_read_and_part_of_the_content(tmp_path: Path) -> None:
    county = lined()
    assert len(county.travel) == 0 and "travel" not in county.provenance
    folder = write_county(county, tmp_path / "county")
    assert not list(folder.glob("travel.*"))
    again = read_county(folder)
    assert again == county and again.straight_line == RULE
    assert pickle.loads(pickle.dumps(county)) == county
    slower = county.replace(straight_line=StraightLine(1.3, 50.0))
    assert len({county.content_hash, slower.content_hash,
                county.replace(straight_line=StraightLine(1.3)).content_hash}) == 3  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (StraightLine(0.9), "a number of at least 1"),
        (StraightLine(float("nan")), "a number of at least 1"),
        (StraightLine("far"), "a number of at least 1"),  # type: ignore[arg-type]
        (StraightLine(True), "a number of at least 1"),
        (StraightLine(1.0, 0.0), "a number above 0"),
        (StraightLine(1.0, -5.0), "a number above 0"),
        (StraightLine(1.0, float("inf")), "a number above 0"),
        ("straight-line", "a StraightLine"),
    ],
)
def test_numbers_that_cannot_be(rule: object, words: str) -> None:
    with pytest.raises(InputError) as caught:
        lined().replace(straight_line=rule)
    assert words in str(caught.value)


def test_never_a_table_and_a_rule_and_never_neither() -> None:
    county = grid_county(2, 2)
    with pytest.raises(InputError, match="either a travel table or journeys by straight line"):
        county.replace(straight_line=RULE)
    assert county.replace(straight_line=RULE, travel=None).straight_line == RULE
    with pytest.raises(InputError, match="travel: expected this table"):
        county.replace(travel=None)
    back = lined().replace(
        straight_line=None, travel=grid_county(3, 2, ((0, 0, 9.0), (2, 1, 9.0))).travel
    )
    assert back.straight_line is None and len(back.travel) == 12


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ('rule = "by car"', "expected 'straight-line'"),
        ('rule = "straight-line"\nspeed = 4', "only the keys rule, detour, metres_a_minute"),
        ('rule = "straight-line"\ndetour = "1"', "a number of at least 1"),
        ("", "expected 'straight-line'"),
    ],
)
def test_faults_of_the_section(tmp_path: Path, section: str, words: str) -> None:
    folder = write_county(lined(), tmp_path / "county")
    toml = folder / "county.toml"
    head, _, rest = toml.read_text("utf-8").partition("[travel]")
    toml.write_text(f"{head}[travel]\n{section}\n{''.join(rest.partition('[')[1:])}", "utf-8")
    with pytest.raises(InputError) as caught:
        read_county(folder)
    assert words in str(caught.value)
