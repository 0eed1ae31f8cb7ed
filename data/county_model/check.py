"""That a plan exists: every child has a daily journey or a bed, and every class a room."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np

from .drawn import BOTH, STAGES, Drawn, Plan, School, boarders, loads, too_far
from .facts import IntArray

CLASS, LARGE_CLASS, POINT_ROOM = 45, 55, 30
LARGEST = {"complete-primary": 2000, "junior": 2000, "nine-year": 2500}


def broken_rules(drawn: Drawn, plan: Plan) -> list[str]:
    """Return what a plan breaks in the census's year, one sentence each; empty if nothing.

    Zones are connected and hold their school; nobody travels farther than permitted, by day or
    else by the week to a bed for the child's sex; young children board only if listed; no class
    is large, no canteen too small, no school too big.
    """
    pupils, girls = drawn.pupils[0], drawn.girls[0]
    count = len(drawn.schools)
    load = loads(plan, pupils, count)
    sleep = boarders(plan, drawn.minutes, pupils, count)
    sleeping_girls = boarders(plan, drawn.minutes, girls, count)
    faults = _zones(drawn, plan) + _young(drawn, plan)
    for row, school in enumerate(drawn.schools):
        if load[row].any():
            faults += _school(school, load[row], sleep[row], sleeping_girls[row])
    return faults


def _zones(drawn: Drawn, plan: Plan) -> list[str]:
    ways, faults = drawn.ways, []
    for band, rows in plan.items():
        for row in np.unique(rows).tolist():
            school, zone = drawn.schools[row], np.flatnonzero(rows == row).tolist()
            if school.village not in zone or not nx.is_connected(ways.subgraph(zone)):
                faults.append(f"the zone of {school.school_id} in {band} is in pieces")
            if not school.teaches(band) or school.status != "existing":
                faults.append(f"{school.school_id} takes no {band}")
    return faults


def _young(drawn: Drawn, plan: Plan) -> list[str]:
    far = np.flatnonzero(too_far(plan, drawn.minutes)["primary-lower"]).tolist()
    listed = drawn.exempt()
    return [
        f"young children of village {village} board and are not listed"
        for village in far
        if (village, "primary-lower") not in listed
    ]


def _school(school: School, load: IntArray, sleep: IntArray, girls: IntArray) -> list[str]:
    name, faults = school.school_id, []
    if not _classes_fit(school, load):
        faults.append(f"{name} has too few classes")
    for stage, grades in STAGES.items():
        inside = int(load[[BOTH.index(grade) for grade in grades]].sum())
        if inside > school.seats.get(stage, 0):
            faults.append(f"{name} has too few seats")
    beds = [_number(school, column) for column in ("beds", "beds_girls", "beds_boys")]
    need = [int(sleep.sum()), int(girls.sum()), int(sleep.sum() - girls.sum())]
    if any(wanted > there for wanted, there in zip(need, beds, strict=True)):
        faults.append(f"{name} has too few beds: {need} for {beds}")
    if not school.boarding and sleep.any():
        faults.append(f"{name} takes no boarders")
    if need[0] > _number(school, "canteen"):
        faults.append(f"{name} has too small a canteen")
    if load.sum() > LARGEST.get(school.kind, math.inf):
        faults.append(f"{name} is too big")
    return faults


def _classes_fit(school: School, load: IntArray) -> bool:
    if school.multigrade:
        return int(load.sum()) <= POINT_ROOM * school.rooms
    taught = [BOTH.index(grade) for grade in school.grades]
    if all(grade in school.classes for grade in school.grades):
        return all(
            int(load[column]) <= LARGE_CLASS * school.classes[BOTH[column]] for column in taught
        )
    return sum(math.ceil(load[column] / LARGE_CLASS) for column in taught) <= school.rooms


def _number(school: School, column: str) -> float:
    number = school.more.get(column, 0)
    return float(number) if isinstance(number, int | float) else 0.0
