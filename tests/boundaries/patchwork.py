"""Random areas whose neighbours are known, because they are patches of a chequered cloth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas
import numpy as np
import shapely
from hypothesis import strategies as st

from tests.builders import METRIC, SOUTH, WEST

SIDE = 100.0


@dataclass(frozen=True, eq=False)
class Patchwork:
    """Squares of 100 m, each of a unit or of none; each unit drawn a little too small or large.

    Attributes:
        owner: unit of each square, -1 for none.
        moved: metres by which each unit's border was drawn outward (below 0: inward).
    """

    owner: np.ndarray
    moved: dict[int, float]

    def units(self) -> geopandas.GeoDataFrame:
        """Return the units: polygons and multipolygons, with gaps or overlaps between them."""
        shapes = {unit: self.drawn(unit) for unit in self.moved}
        return areas({f"u{unit}": shape for unit, shape in shapes.items()})

    def exact(self, unit: int) -> Any:
        """Return a unit as it should have been drawn."""
        rows, columns = np.nonzero(self.owner == unit)
        squares = shapely.box(SIDE * columns, SIDE * rows, SIDE * (columns + 1), SIDE * (rows + 1))
        return shapely.union_all(squares)

    def drawn(self, unit: int) -> Any:
        """Return a unit as it was drawn."""
        shape = self.exact(unit)
        moved = self.moved[unit]
        return shapely.buffer(shape, moved, join_style="mitre") if moved else shape

    def sides(self) -> dict[tuple[str, str], int]:
        """Return how many sides of squares each pair of units has in common, one by one."""
        found: dict[tuple[str, str], int] = {}
        height, width = self.owner.shape
        for y in range(height):
            for x in range(width):
                for other in ((y, x + 1), (y + 1, x)):
                    if other[0] < height and other[1] < width:
                        a, b = int(self.owner[y, x]), int(self.owner[other])
                        if a != b and min(a, b) >= 0:
                            pair = (f"u{min(a, b)}", f"u{max(a, b)}")
                            found[pair] = found.get(pair, 0) + 1
        return found


def areas(shapes: dict[str, Any], crs: str = METRIC) -> geopandas.GeoDataFrame:
    """Return units by name, in metres from the corner of the test counties."""
    placed = [
        shapely.transform(s, lambda xy: xy + np.array([WEST, SOUTH])) for s in shapes.values()
    ]
    frame = geopandas.GeoDataFrame({"unit_id": list(shapes)}, geometry=placed, crs=METRIC)
    return frame.to_crs(crs)


@st.composite
def patchworks(draw: st.DrawFn, moves: tuple[float, ...]) -> Patchwork:
    """Return a patchwork of up to 5 x 4 squares and 6 units."""
    width, height = draw(st.integers(2, 5)), draw(st.integers(1, 4))
    cells = st.lists(st.integers(-1, 5), min_size=width * height, max_size=width * height)
    owner = np.array(draw(cells)).reshape(height, width)
    owner.flat[:2] = [0, 1]  # two units at least
    names = sorted({int(unit) for unit in owner.flat if unit >= 0})
    return Patchwork(owner, {unit: draw(st.sampled_from(moves)) for unit in names})
