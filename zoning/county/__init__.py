"""What the planner brings: tables and maps of a county, read, checked and written."""

from zoning.county.county import County
from zoning.county.reading import read_county
from zoning.county.straight_line import StraightLine
from zoning.county.vocabulary import TODAY, Provenance, Stage
from zoning.county.writing import write_county

__all__ = ["TODAY", "County", "Provenance", "Stage", "StraightLine", "read_county", "write_county"]
