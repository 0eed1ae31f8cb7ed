"""An instance as a county, through the library's public interface.

Units are points, there is one stage of one grade, and a unit's demand is its pupils. The library
counts pupils times metres, so the metres of a pair are its cost divided by the pupils: any cost
can be a journey.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
from instance import METRES_IN_A_KILOMETRE, Floats, Instance
from scipy.spatial.distance import cdist

from zoning import County
from zoning.county import Stage, StraightLine

MODELS = Path(__file__).with_name("models")
STAGE, GRADE, YEAR = "primary", "all", 2024
MOST_PAIRS = 5_000_000
"""Above this many pairs of unit and school no travel table is made."""


def model_of(instance: Instance) -> Path:
    """The model file of the instance's question."""
    if not instance.optional:
        name = "zones"
    elif instance.edges is not None:
        name = "open-zones"
    else:
        name = "open-sites" if instance.count is None else "medians"
    return MODELS / f"{name}.toml"


def settings_of(instance: Instance) -> dict[str, object]:
    """Parameters that differ from the model file."""
    return {} if instance.count is None else {"opening.count": instance.count}


def scale_of(instance: Instance) -> float:
    """By what the library's objective is larger than the instance's."""
    return METRES_IN_A_KILOMETRE if instance.straight else 1.0


def pupils_and_seats(instance: Instance) -> tuple[Floats, Floats]:
    """Demand and capacity as the county has them.

    A unit without demand whose service costs something could not be told by pupils times metres.
    It gets one pupil then, all other demands and the capacities are multiplied by F, one more than
    the number z of such units, and every site gets z seats more. With whole demands nothing
    changes: F d + z' <= F Q + z, where z' <= z < F, holds exactly if d <= Q.
    """
    empty = instance.demand == 0
    if instance.straight or not empty.any():
        return instance.demand, instance.seats
    if (instance.demand % 1).any():
        raise ValueError(f"{instance.name}: units without demand among demands with fractions")
    number = int(empty.sum())
    factor = number + 1
    return np.where(empty, 1.0, factor * instance.demand), factor * np.floor(
        instance.seats
    ) + number


def make_county(instance: Instance) -> County:
    """The instance as a county in which every unit may go to every school."""
    crs = metric_crs(instance.points)
    pupils, seats = pupils_and_seats(instance)
    sites: dict[str, object] = {"status": "candidate"} if instance.optional else {}
    if instance.fixed is not None:
        sites["opening_cost"] = instance.fixed
    return County(
        name=instance.name,
        year=YEAR,
        crs=crs,
        metric_crs=crs,
        notice="Test instance, no real schools",
        stages=(Stage(STAGE, (GRADE,)),),
        units=_places({"unit_id": instance.units}, instance.points, crs),
        pupils=pd.DataFrame(
            {
                "unit_id": instance.units,
                "stage": STAGE,
                "grade": GRADE,
                "year": YEAR,
                "pupils": pupils,
            }
        ),
        schools=_places(
            {
                "school_id": instance.schools,
                "kind": "complete-primary",
                "root_unit": [instance.units[k] for k in instance.root],
                **sites,
            },
            instance.points[instance.root],
            crs,
        ),
        school_stages=pd.DataFrame({"school_id": instance.schools, "stage": STAGE, "seats": seats}),
        school_grades=pd.DataFrame({"school_id": instance.schools, "stage": STAGE, "grade": GRADE}),
        adjacency=_adjacency(instance),
        **_journeys(instance, pupils),
    )


def metric_crs(points: Floats) -> str:
    """The projection of an instance's coordinates.

    Eastings above 13 million carry the number of a six-degree zone of CGCS2000 / Gauss-Kruger;
    others are a plane of their own, for which any projection in metres serves: only straight lines
    on the plane are asked for.
    """
    zone = int(points[:, 0].max() // 1e6)
    return f"EPSG:{4491 + zone - 13}" if 13 <= zone <= 23 else "EPSG:4497"


def _places(columns: dict[str, Any], points: Floats, crs: str) -> Any:
    return geopandas.GeoDataFrame(columns, geometry=geopandas.points_from_xy(*points.T), crs=crs)


def _journeys(instance: Instance, pupils: Floats) -> dict[str, Any]:
    """A table of all pairs; where that would take gigabytes, straight lines as they are needed."""
    if instance.straight and len(instance.units) * len(instance.schools) > MOST_PAIRS:
        return {"straight_line": StraightLine()}
    measure = "straight line" if instance.straight else "cost / pupils"
    return {"travel": _travel(instance, pupils), "measures": {"metres": measure}}


def _travel(instance: Instance, pupils: Floats) -> pd.DataFrame:
    n, m = len(instance.units), len(instance.schools)
    unit, school = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    if instance.straight:
        metres = cdist(instance.points, instance.points[instance.root]).ravel()
    else:
        metres = instance.cost(unit, school) / pupils[unit]
    return pd.DataFrame(
        {
            "unit_id": pd.Categorical.from_codes(unit, pd.Index(instance.units)),
            "school_id": pd.Categorical.from_codes(school, pd.Index(instance.schools)),
            "mode": pd.Categorical.from_codes(
                np.zeros(n * m, dtype=np.int8), pd.Index(["straight"])
            ),
            "metres": metres,
            "minutes": math.nan,
        }
    )


def _adjacency(instance: Instance) -> pd.DataFrame:
    """The neighbours; none where zones need not be in one piece."""
    ids = np.array(instance.units, dtype=object)
    edges = np.zeros((0, 2), dtype=np.int64) if instance.edges is None else instance.edges
    return pd.DataFrame({"unit_a": ids[edges[:, 0]], "unit_b": ids[edges[:, 1]]})
