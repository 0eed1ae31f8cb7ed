"""Everything the public edition is written from, gathered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.output.public.addresses import Address, tidy_addresses
from zoning.output.public.boundaries import Neighbour, sides_of_zones
from zoning.output.public.counts import Counts, public_counts
from zoning.output.public.zones import Zone, listed_zones, unit_labels
from zoning.output.shapes import unit_areas, zone_areas

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["Edition"]


@dataclass(frozen=True)
class Edition:
    """What a public notice may say, and nothing more.

    Attributes:
        plan: the plan.
        county: its county.
        zones: the zones by number.
        sides: for each zone what lies around it.
        labels: unit_id -> a name that no other unit has.
        addresses: the planner's addresses, if there are any.
        counts: pupils with small numbers masked; None if none are published.
        threshold: numbers below it are masked.
        areas: GeoDataFrame of the units in metres.
        shapes: (school_id, band) -> area of the zone in metres.
    """

    plan: Plan
    county: County
    zones: list[Zone]
    sides: list[dict[str, tuple[Neighbour, ...]]]
    labels: Mapping[str, str]
    addresses: list[Address]
    counts: Counts | None
    threshold: int
    areas: Any
    shapes: Mapping[tuple[str, str], Any]

    @classmethod
    def of(
        cls,
        plan: Plan,
        county: County,
        addresses: pd.DataFrame | None,
        *,
        threshold: int,
        counts: bool,
    ) -> Edition:
        """Gather everything; see `zoning.output.public.publish` for the arguments."""
        listed = tidy_addresses(addresses, county)
        areas = unit_areas(county)
        outlines = zone_areas(plan, county, areas).to_crs(county.metric_crs)
        keys = zip(outlines["school_id"], outlines["band"], strict=True)
        shapes = dict(zip(keys, outlines.geometry, strict=True))
        areas = areas.to_crs(county.metric_crs)
        zones = listed_zones(plan, county)
        return cls(
            plan=plan,
            county=county,
            zones=zones,
            sides=sides_of_zones(zones, areas, shapes),
            labels=unit_labels(county),
            addresses=listed,
            counts=public_counts(plan, county, threshold) if counts else None,
            threshold=threshold,
            areas=areas,
            shapes=shapes,
        )
