"""The connected pieces of some units, by walking from neighbour to neighbour.

The code that makes plans joins sets of units instead, so that neither repeats the other's mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

__all__ = ["pieces_of"]


def pieces_of(units: Iterable[str], beside: Mapping[str, set[str]]) -> list[set[str]]:
    """Return the pieces that some units fall into; units that ``beside`` does not know are none.

    Args:
        units: the units, each counted once.
        beside: unit -> the units that share a border with it.
    """
    left = {unit for unit in units if unit in beside}
    pieces = []
    while left:
        ahead = [left.pop()]
        piece = set(ahead)
        while ahead:
            near = beside[ahead.pop()] & left
            left -= near
            piece |= near
            ahead.extend(near)
        pieces.append(piece)
    return pieces
