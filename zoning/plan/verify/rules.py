"""The rules that the verifier knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from zoning.plan.goals import Rule
from zoning.plan.verify.areas import check_areas
from zoning.plan.verify.boarding import check_boarding
from zoning.plan.verify.breach import Breach
from zoning.plan.verify.buses import check_buses
from zoning.plan.verify.class_size import check_class_size
from zoning.plan.verify.companions import check_companions
from zoning.plan.verify.contiguity import check_contiguity
from zoning.plan.verify.expansion import check_expansion
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.feeders import check_feeders
from zoning.plan.verify.intake import check_intake
from zoning.plan.verify.keep_isolated import check_keep_isolated
from zoning.plan.verify.money import check_budget
from zoning.plan.verify.opening import check_opening
from zoning.plan.verify.overflow import check_overflow
from zoning.plan.verify.receive_first import check_receive_first
from zoning.plan.verify.receivers import check_receivers
from zoning.plan.verify.school_size import check_school_size
from zoning.plan.verify.seats import check_seats
from zoning.plan.verify.shared_zones import check_shared_zones
from zoning.plan.verify.stability import check_stability
from zoning.plan.verify.teachers import check_teachers
from zoning.plan.verify.township import check_township
from zoning.plan.verify.townships import check_no_duplicate, check_one_per_township
from zoning.plan.verify.travel_limit import check_travel_limit
from zoning.plan.verify.utilisation import check_utilisation
from zoning.plan.verify.vetoes import check_vetoes

__all__ = ["CHECKS"]

CHECKS: Final[Mapping[str, Callable[[Facts, Rule], list[Breach]]]] = {
    "seats": check_seats,
    "class-size": check_class_size,
    "intake": check_intake,
    "travel-limit": check_travel_limit,
    "utilisation": check_utilisation,
    "contiguity": check_contiguity,
    "township": check_township,
    "stability": check_stability,
    "opening": check_opening,
    "expansion": check_expansion,
    "vetoes": check_vetoes,
    "keep-isolated": check_keep_isolated,
    "receivers": check_receivers,
    "school-size": check_school_size,
    "budget": check_budget,
    "boarding": check_boarding,
    "areas": check_areas,
    "companions": check_companions,
    "feeders": check_feeders,
    "shared-zones": check_shared_zones,
    "overflow": check_overflow,
    "teachers": check_teachers,
    "buses": check_buses,
    "receive-first": check_receive_first,
    "one-per-township": check_one_per_township,
    "no-duplicate": check_no_duplicate,
}
"""Rule -> its check. The locks are checked for every plan, see `zoning.plan.verify.locks`."""
