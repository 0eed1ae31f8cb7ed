"""The mathematics as a file: another solver reads it and finds the same optimum."""

from __future__ import annotations

from pathlib import Path

import highspy
import pytest

import zoning
from zoning.errors import InputError


@pytest.mark.parametrize("ending", [".lp", ".mps"])
@pytest.mark.parametrize("name", ["tiny-town", "tiny-valley"])
def test_file_holds_the_same_optimum(name: str, ending: str, tmp_path: Path) -> None:
    county = zoning.read_county(zoning.data_path(name))
    plan = zoning.solve(county, "rezoning", stage="primary", work_limit=1)
    path = zoning.write_model(county, "rezoning", tmp_path / f"model{ending}", stage="primary")
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.readModel(str(path))
    highs.run()
    found = highs.getInfo().objective_function_value
    # the file leaves out separators between farther cells, so it can only be lower
    assert found <= plan.objective + 1e-6
    assert found == pytest.approx(plan.objective, rel=0.02)


def test_columns_bear_the_planners_ids(tmp_path: Path) -> None:
    county = zoning.read_county(zoning.data_path("tiny-town"))
    path = zoning.write_model(county, "rezoning", tmp_path / "model.lp", stage="primary")
    text = path.read_text()
    first = county.units["unit_id"].iloc[0]
    assert f"_{first}_primary_" in text


def test_another_ending_is_refused(tmp_path: Path) -> None:
    county = zoning.read_county(zoning.data_path("tiny-town"))
    with pytest.raises(InputError, match=r"\.lp or \.mps"):
        zoning.write_model(county, "rezoning", tmp_path / "model.txt", stage="primary")
