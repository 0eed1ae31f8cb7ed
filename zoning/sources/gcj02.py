r"""GCJ-02 and BD-09, the shifted coordinates of Chinese map services, turned into WGS 84.

The shift was never published. The formula in use everywhere was found from its effects; the form
here is that of PRCoords (public domain) and eviltransform. With :math:`x = \lambda - 105`,
:math:`y = \varphi - 35` (degrees), :math:`a = 6\,378\,245` m and
:math:`e^2 = 0.00669342162296594` (Krasovsky's ellipsoid),

.. math::

    s(x) &= \tfrac{2}{3}\,(20 \sin 6\pi x + 20 \sin 2\pi x) \\
    \Delta_n &= -100 + 2x + 3y + 0.2y^2 + 0.1xy + 0.2\sqrt{|x|} + s(x)
      + \tfrac{2}{3}\,(20 \sin \pi y + 40 \sin \tfrac{\pi y}{3}
      + 160 \sin \tfrac{\pi y}{12} + 320 \sin \tfrac{\pi y}{30}) \\
    \Delta_e &= 300 + x + 2y + 0.1x^2 + 0.1xy + 0.1\sqrt{|x|} + s(x)
      + \tfrac{2}{3}\,(20 \sin \pi x + 40 \sin \tfrac{\pi x}{3}
      + 150 \sin \tfrac{\pi x}{12} + 300 \sin \tfrac{\pi x}{30})

are metres north and east, which the ellipsoid's radii of curvature turn into degrees. The inverse
is iterated to less than a centimetre. Outside the formula's own rectangle around China
coordinates are left as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = NDArray[np.float64]

__all__ = ["bd09_to_wgs84", "gcj02_to_wgs84", "wgs84_to_bd09", "wgs84_to_gcj02", "within_china"]

_A: Final = 6_378_245.0
_E2: Final = 0.006_693_421_622_965_943
_WEST, _SOUTH, _EAST, _NORTH = 72.004, 0.8293, 137.8347, 55.8271
_ENOUGH: Final = 1e-8
"""Degrees, about a millimetre, at which the iteration ends."""
_MOST_STEPS: Final = 30
_BAIDU: Final = np.array([0.0065, 0.0060])
"""Baidu's further shift in degrees of longitude and latitude, to which a small wave is added."""


def within_china(places: Places) -> NDArray[np.bool_]:
    """Return for each place whether it lies in the rectangle in which the shift is applied.

    Args:
        places: n x 2, degrees of longitude and latitude.
    """
    x, y = places[:, 0], places[:, 1]
    inside: NDArray[np.bool_] = (x >= _WEST) & (x <= _EAST) & (y >= _SOUTH) & (y <= _NORTH)
    return inside


def wgs84_to_gcj02(places: Places) -> Places:
    """Shift places (n x 2, degrees of longitude and latitude) as Chinese map services do."""
    places = np.asarray(places, dtype="float64")
    inside = within_china(places)[:, None]
    return np.where(inside, places + _shift(np.where(inside, places, 105.0)), places)


def gcj02_to_wgs84(places: Places) -> Places:
    """Take the shift back (n x 2, degrees of longitude and latitude)."""
    places = np.asarray(places, dtype="float64")
    return _inverted(places, _forward_gcj02)


def wgs84_to_bd09(places: Places) -> Places:
    """Shift places (n x 2, degrees of longitude and latitude) as Baidu's map does."""
    places = np.asarray(places, dtype="float64")
    inside = within_china(places)[:, None]
    return np.where(inside, _baidu(wgs84_to_gcj02(places)), places)


def bd09_to_wgs84(places: Places) -> Places:
    """Take Baidu's shift back (n x 2, degrees of longitude and latitude)."""
    places = np.asarray(places, dtype="float64")
    return _inverted(places, lambda before: _baidu(_forward_gcj02(before)))


def _forward_gcj02(places: Places) -> Places:
    return places + _shift(places)


def _inverted(places: Places, forward: object) -> Places:
    """Find the places that `forward` moves to `places`; those outside the rectangle stay."""
    assert callable(forward)
    inside = within_china(places)[:, None]
    aim = np.where(inside, places, 105.0)
    guess = aim.copy()
    for _ in range(_MOST_STEPS):
        error = forward(guess) - aim
        guess = guess - error
        if not len(guess) or float(np.abs(error).max()) < _ENOUGH:
            break
    return np.where(inside, guess, places)


def _shift(places: Places) -> Places:
    """Return the shift of GCJ-02 in degrees."""
    x, y = places[:, 0] - 105.0, places[:, 1] - 35.0
    pi = np.pi
    both = 20.0 * np.sin(6.0 * pi * x) + 20.0 * np.sin(2.0 * pi * x)
    north = both + 20.0 * np.sin(pi * y) + 40.0 * np.sin(pi * y / 3.0)
    north += 160.0 * np.sin(pi * y / 12.0) + 320.0 * np.sin(pi * y / 30.0)
    east = both + 20.0 * np.sin(pi * x) + 40.0 * np.sin(pi * x / 3.0)
    east += 150.0 * np.sin(pi * x / 12.0) + 300.0 * np.sin(pi * x / 30.0)
    root = np.sqrt(np.abs(x))
    north = north * 2.0 / 3.0 - 100.0 + 2.0 * x + 3.0 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * root
    east = east * 2.0 / 3.0 + 300.0 + x + 2.0 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * root
    latitude = np.radians(places[:, 1])
    curve = 1.0 - _E2 * np.sin(latitude) ** 2
    meridian = _A * (1.0 - _E2) / curve**1.5
    parallel = _A / np.sqrt(curve) * np.cos(latitude)
    return np.degrees(np.column_stack([east / parallel, north / meridian]))


def _baidu(places: Places) -> Places:
    """Return GCJ-02 places as Baidu moves them on."""
    x, y = places[:, 0], places[:, 1]
    wave = np.pi * 3000.0 / 180.0
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * wave)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * wave)
    moved: Places = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]) + _BAIDU
    return moved
