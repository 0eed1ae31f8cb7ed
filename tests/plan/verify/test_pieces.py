"""Connected pieces of units, as networkx sees them."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from zoning.plan.verify.pieces import pieces_of

UNITS = [f"u{k}" for k in range(9)]
PAIRS = st.lists(st.tuples(st.sampled_from(UNITS), st.sampled_from(UNITS)), max_size=14)


@given(pairs=PAIRS, units=st.sets(st.sampled_from(UNITS)))
def test_pieces_are_those_of_networkx(pairs: list[tuple[str, str]], units: set[str]) -> None:
    graph = nx.Graph(pairs)
    graph.add_nodes_from(UNITS)
    expected = nx.connected_components(graph.subgraph(units))
    beside = {unit: set(graph.neighbors(unit)) for unit in UNITS}
    assert sorted(map(sorted, pieces_of(units, beside))) == sorted(map(sorted, expected))


def test_a_unit_between_two_others_joins_them() -> None:
    beside = {"a": {"b"}, "b": {"a", "c"}, "c": {"b"}}
    assert len(pieces_of(["a", "c"], beside)) == 2
    assert len(pieces_of(["a", "b", "c"], beside)) == 1


def test_units_named_twice_or_unknown_are_no_pieces_of_their_own() -> None:
    assert pieces_of(["a", "a", "elsewhere"], {"a": set()}) == [{"a"}]
