"""Give the schools that stand what the witness plan needs: beds, junior classes, staff, areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from .boarding import with_beds, with_junior_classes
from .drawn import BOTH, Plan, School, boarders, loads
from .facilities import furnished
from .facts import JUNIOR, IntArray
from .journeys import quickest

FEWEST_BEDS = 10  # for each sex, where children board at all
UPPER = (4, 5, 6)


def furnish_all(
    schools: Sequence[School],
    plans: Mapping[str, Plan],
    journeys: pd.DataFrame,
    pupils: IntArray,
    girls: IntArray,
    rng: np.random.Generator,
    *,
    share: float = 0.0,
) -> list[School]:
    """Return the schools in the same order, those that stand furnished.

    Args:
        schools: as drawn.
        plans: today's zones and the witness plan.
        journeys: to all schools.
        pupils: children of the census's year by village and grade.
        girls: the girls among them.
        rng: chance.
        share: of the pupils of grades 4 to 6, for each sex, that have a bed in any case.
    """
    count = len(schools)
    minutes = quickest(journeys, len(pupils), count)
    witness, today = (loads(plans[name], pupils, count) for name in ("witness", "today"))
    sleep = boarders(plans["witness"], minutes, pupils, count)
    sleeping_girls = boarders(plans["witness"], minutes, girls, count)
    upper = [BOTH.index(grade) for grade in UPPER]
    done = []
    for row, school in enumerate(schools):
        if school.status != "existing":
            done.append(school)
            continue
        if set(JUNIOR) <= set(school.grades):
            school = with_junior_classes(school, witness[row], today[row])
        if school.boarding:
            least = 10 * round(share * int(witness[row, upper].sum()) / 10)
            school = with_beds(school, sleep[row], sleeping_girls[row], max(FEWEST_BEDS, least))
        done.append(furnished(school, witness[row], rng))
    return done
