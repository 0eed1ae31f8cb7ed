"""A county from whatever a bureau has: spreadsheets, shapefiles, one-file GeoPackages, frames.

`read_sources` reads a folder with `sources.toml`, `county_from_files` the same from arguments,
`from_geodataframes` tables of a notebook; each tells what it took as read. `read_county` and
`write_county` know a folder in the library's own format and a GeoPackage with a whole county.
"""

from zoning.sources.frames import from_geodataframes
from zoning.sources.geopackage import read_county, write_county
from zoning.sources.reading import Sourced, county_from_files, read_sources
from zoning.sources.template import new_county
from zoning.sources.writing import FORMATS, write_sources

__all__ = [
    "FORMATS",
    "Sourced",
    "county_from_files",
    "from_geodataframes",
    "new_county",
    "read_county",
    "read_sources",
    "write_county",
    "write_sources",
]
