"""What a drawn county promises, checked from its tables before anything is written."""

from __future__ import annotations

import networkx as nx
import numpy as np
from county_model.facts import GRADES, LOWER

from .model import Model, Zoning

MOST_SEATS, FEWEST_SEATS = 1.10, 1.02  # seats for each pupil
OVERFULL_SHARE = 0.25  # schools that the nearest assignment overfills, at least
OVERFULL_TODAY = 3  # schools that today's zones overfill, at least
LOWER_MINUTES, UPPER_MINUTES = 30.0, 40.0
LARGEST_SCHOOL = 2000
CLASS, LARGE_CLASS, POINT_ROOM = 45, 55, 30


def broken_promises(model: Model) -> list[str]:
    """Return what is wrong with a drawn county, one sentence each; empty if nothing is."""
    faults = _seats(model) + _nearest(model) + _school_sizes(model)
    if not nx.is_connected(model.ways) or len(model.ways) != len(model.xy):
        faults.append("the villages are not all connected")
    for name, zoning in (("today's", model.today), ("the witness", model.witness)):
        faults += _contiguity(model, zoning, name)
    return faults + _travel(model) + _fits(model) + _intake(model)


def _seats(model: Model) -> list[str]:
    ratio = model.capacity.seats.sum() / model.children.sum()
    full = (model.loads(model.today).sum(axis=1) > model.capacity.seats).sum()
    faults = []
    if not FEWEST_SEATS <= ratio <= MOST_SEATS:
        faults.append(f"seats are {ratio:.3f} times the pupils")
    if full < OVERFULL_TODAY:
        faults.append(f"only {full} schools are too full today")
    return faults


def nearest_overfull_share(model: Model) -> float:
    """Share of schools too full if every cell went to its quickest permitted school."""
    lower = model.minutes.argmin(axis=1)
    upper = model.minutes[:, : len(model.sites.complete)].argmin(axis=1)
    loads = model.loads(Zoning(lower, upper)).sum(axis=1)
    return float((loads > model.capacity.seats).mean())


def _nearest(model: Model) -> list[str]:
    share = nearest_overfull_share(model)
    return [] if share >= OVERFULL_SHARE else [f"nearest schools overfill only {share:.0%}"]


def _school_sizes(model: Model) -> list[str]:
    largest = model.capacity.seats.max()
    return [] if largest <= LARGEST_SCHOOL else [f"a school has {largest} seats"]


def _contiguity(model: Model, zoning: Zoning, name: str) -> list[str]:
    """Each zone is connected and holds its school's own village."""
    ways, faults = model.ways, []
    for band, school_of in (("grades 1-3", zoning.lower), ("grades 4-6", zoning.upper)):
        if (school_of < 0).any():
            faults.append(f"{name} zones leave out villages in {band}")
        serving = len(model.roots) if band == "grades 1-3" else len(model.sites.complete)
        for school in range(serving):
            zone = np.flatnonzero(school_of == school).tolist()
            if model.roots[school] not in zone or not nx.is_connected(ways.subgraph(zone)):
                faults.append(f"{name} zone of school {school} in {band} is in pieces")
    return faults


def _travel(model: Model) -> list[str]:
    rows = np.arange(len(model.xy))
    lower = model.minutes[rows, model.witness.lower].max()
    upper = model.minutes[rows, model.witness.upper].max()
    if lower <= LOWER_MINUTES and upper <= UPPER_MINUTES:
        return []
    return [f"the witness has journeys of {lower} and {upper} minutes"]


def _fits(model: Model) -> list[str]:
    """Seats and class sizes of the witness plan."""
    faults, loads = [], model.loads(model.witness)
    complete, room = len(model.sites.complete), model.capacity
    if (loads.sum(axis=1) > room.seats).any():
        faults.append("the witness overfills seats")
    if loads[complete:, len(LOWER) :].any():
        faults.append("the witness sends grades 4-6 to teaching points")
    for school in range(complete):
        classes = room.classes[school]
        if np.isnan(classes).any():
            fits = np.ceil(loads[school] / LARGE_CLASS).sum() <= room.rooms[school]
        else:
            fits = bool((loads[school] <= LARGE_CLASS * classes).all())
        if not fits:
            faults.append(f"the witness needs large classes in school {school}")
    if (loads[complete:].sum(axis=1) > POINT_ROOM * room.rooms[complete:]).any():
        faults.append("the witness overfills rooms of teaching points")
    return faults


def _intake(model: Model) -> list[str]:
    """Entrants of the witness plan against the classes and seats that become free."""
    room, complete = model.capacity, len(model.sites.complete)
    faults = []
    for school, entrants in enumerate(model.loads(model.witness)[:, 0]):
        served = GRADES if school < complete else LOWER
        staying = room.enrolled[school, : len(served) - 1].sum()
        if school >= complete:
            free = POINT_ROOM * room.rooms[school] - staying
        elif np.isnan(room.classes[school]).any():
            free = room.seats[school] - staying
        else:
            free = CLASS * (room.rooms[school] - room.classes[school, :-1].sum())
        if entrants > max(0, free):
            faults.append(f"school {school} has {entrants} entrants in the witness for {free}")
    return faults
