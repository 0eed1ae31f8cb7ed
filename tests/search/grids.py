"""Targets of the search for tests: a grid county under a model, ready to be worked on."""

from __future__ import annotations

import numpy as np

from tests.builders import grid_county
from zoning.formulation.formulate import formulate
from zoning.formulation.matrix import build_matrix
from zoning.formulation.model_file import parse_model
from zoning.problem import build_problem
from zoning.search.clock import Clock
from zoning.search.connected import Graph
from zoning.search.cuts import Cuts
from zoning.search.engine import Engine
from zoning.search.places import Scores
from zoning.search.proof import Proof, prove
from zoning.search.restrict import Part
from zoning.search.target import Incumbent, Target
from zoning.standards import load_standards

TRAVEL = "travel = 1.0"


def grid_target(
    width: int,
    height: int,
    schools: int,
    seed: int,
    *,
    rules: str = '"seats", "contiguity"',
    goal: str = TRAVEL,
    room: float = 1.3,
    parameters: str = "",
    **changes: object,
) -> Target:
    """Return the target of a grid county with random pupils and schools in random units.

    ``room``: seats of all schools together over the pupils expected.
    """
    rng = np.random.default_rng(seed)
    places = rng.choice(width * height, schools, replace=False)
    seats = 12.0 * width * height * room / schools
    county = grid_county(
        width, height, [(int(p % width), int(p // width), float(round(seats))) for p in places],
        pupils=12.0, seed=seed, grades=("1", "2"), **changes,
    )  # fmt: skip
    model = parse_model(
        "grid", f"rules = [{rules}]\n{parameters}\n[[goal]]\nminimise = {{ {goal} }}\n"
    )
    made = formulate(build_problem(county, "primary"), model, load_standards("china"))
    matrix = build_matrix(made)
    objective = made.goals[0].objective
    return Target(
        made, matrix, matrix.cost(objective), made.totals,
        made.structured and not objective.extras,
    )  # fmt: skip


def random_scores(target: Target, rng: np.random.Generator) -> Scores:
    """Return random scores of the permitted pairs; a pair that is not permitted costs most."""
    places = target.places
    return Scores(places, places.spread(rng.random(len(target.formulation.problem.pairs)), 9.0))


def random_graph(rng: np.random.Generator, n: int, degree: float) -> tuple[np.ndarray, np.ndarray]:
    """Return compressed rows (pointer, neighbour) of a random undirected graph."""
    matrix = np.triu(rng.random((n, n)) < degree / n, 1)
    matrix |= matrix.T
    pointer = np.concatenate([[0], np.cumsum(matrix.sum(axis=1))]).astype(np.int64)
    return pointer, np.nonzero(matrix)[1].astype(np.int64)


def as_networkx(pointer: np.ndarray, neighbour: np.ndarray):
    """Return the graph for networkx."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(len(pointer) - 1))
    tail = np.repeat(np.arange(len(pointer) - 1), np.diff(pointer))
    graph.add_edges_from(zip(tail.tolist(), neighbour.tolist(), strict=True))
    return graph


def in_pieces(graph: Graph, assignment: np.ndarray) -> set[int]:
    """Return the bound cells that have no way to a root of their zone, by networkx."""
    import networkx as nx

    whole = as_networkx(graph.pointer, graph.neighbour)
    lost: set[int] = set()
    for school in np.unique(assignment):
        inside = [i for i in np.flatnonzero(assignment == school).tolist() if not graph.free[i]]
        for piece in nx.connected_components(whole.subgraph(inside)):
            if not any(graph.root_of[i] == school for i in piece):
                lost |= piece
    return lost


def exact(target: Target, start: Incumbent | None = None, gap: float = 0.0) -> Proof:
    """Return the exact proof over all columns."""
    part = Part(target, np.arange(target.matrix.columns))
    cuts = Cuts(target.formulation, target.graph)
    if target.graph.binding:
        cuts.neighbour_rows(np.ones(target.matrix.pairs, dtype=bool))
    return prove(part, cuts, start, Engine(), Clock(60.0), gap=gap)
