"""The graph in which zones are connected."""

from __future__ import annotations

import pytest

from tests.builders import grid_county
from zoning.formulation.model_file import parse_model
from zoning.question import ask
from zoning.search.connected import zone_graph

MODEL = """
title = "t"
rules = ["seats", "opening", "contiguity"]
[[goal]]
minimise = {travel = 1.0}
"""


@pytest.mark.parametrize("site_first", [False, True])
def test_a_school_that_stays_holds_a_root_that_a_site_states_too(site_first: bool) -> None:
    county = grid_county(3, 1, ((0, 0, 100.0), (0, 0, 100.0), (2, 0, 100.0)), today=False)
    status = ["candidate", "existing"] if site_first else ["existing", "candidate"]
    schools = county.schools.assign(
        root_unit=["u0000", "u0000", "u0200"], status=[*status, "existing"]
    )
    model = parse_model("shared root", MODEL)
    question = ask(county.replace(schools=schools), model, "primary", None, None, None)
    graph = zone_graph(question.formulation)
    stays = int(site_first)
    assert graph.root_of.tolist() == graph.bound_to.tolist() == [stays, -1, 2]
    assert graph.also.tolist() == [[0, 1 - stays]]
