"""What people look at and other programs read: GeoJSON, GeoPackage, CSV and maps."""

from zoning.output.write import write_all

__all__ = ["write_all"]
