"""Journeys by road: from a road file to a county's travel table."""

from zoning.travel.graphml import roads_of_place
from zoning.travel.journeys import road_journeys
from zoning.travel.modes import BUS, DRIVE, MODES, WALK, Mode
from zoning.travel.reading import read_roads
from zoning.travel.result import Journeys
from zoning.travel.roads import Roads

__all__ = [
    "BUS",
    "DRIVE",
    "MODES",
    "WALK",
    "Journeys",
    "Mode",
    "Roads",
    "read_roads",
    "road_journeys",
    "roads_of_place",
]
