"""What people look at and other programs read: GeoJSON, GeoPackage, CSV and maps."""

from zoning.output.write import write_all
from zoning.output.write_years import write_years

__all__ = ["write_all", "write_years"]
