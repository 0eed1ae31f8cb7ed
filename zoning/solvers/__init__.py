"""Adapters to solvers, one a file: HiGHS, OR-Tools' min-cost flow, and whatever PuLP can call."""

from zoning.solvers.model import MipModel, MipResult, SolverStatus

__all__ = ["MipModel", "MipResult", "SolverStatus"]
