"""The county as arrays: cells, permitted pairs, schools, neighbours. No geometry, no formulas."""

from zoning.problem.arrays import Index, Pairs, Problem, Schools
from zoning.problem.build import build_problem

__all__ = ["Index", "Pairs", "Problem", "Schools", "build_problem"]
