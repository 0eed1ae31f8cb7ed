r"""Shared zones: schools that share an intake by lottery take a common zone (多校划片).

The schools :math:`M_z` of a shared zone :math:`z` stand for one: a cell goes to the zone or to a
school outside it, :math:`x_{iz} \in \{0, 1\}`. With the free places of its schools, :math:`f_m`
(seats, or places for entrants under the rule `intake`, less the pupils from outside), a child is
drawn to school :math:`m` with the share

.. math:: a_{zm} = f_m \Big/ \sum_{n \in M_z} f_n

so that its schools are filled alike and the rules on seats and intake hold of each of them as
soon as they hold of their sum:

.. math::

   \sum_i a_{zm}\, p_i x_{iz} \le f_m \;\; \forall m \in M_z
   \quad\Longleftrightarrow\quad \sum_i p_i x_{iz} \le \sum_{m \in M_z} f_m

Journeys are expected ones, and since any child may be drawn to any of the schools, the longest
counts for the rule `travel-limit` and the goal `journey-of-worst-off`:

.. math:: t_{iz} = \sum_{m \in M_z} a_{zm} t_{im}, \qquad x_{iz} = 0 \text{ if }
   \max_{m \in M_z} t_{im} > T_i

Under contiguity the zone is in one piece that holds all its schools. A cell whose school today is
one of them is in the zone today; a lock that names one of them speaks of the zone. Rules that look
into single schools (classes by grade, beds, areas, opening and closing) cannot be asked for
beside it.
Source: zones of several schools with a lottery (多校划片), Ministry of Education 2014 No. 1 and
2016 No. 1; grouping schools before zoning, Kong, Zhu and Wang 2017.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, number
from zoning.formulation.blocks.class_size import pupils_a_class, size_by_school
from zoning.formulation.blocks.intake import intake_places
from zoning.problem.arrays import Floats, Problem
from zoning.problem.shared import Shares, pool, shared_zones
from zoning.standards import Standards

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.formulation.model_file import Model

BESIDE = ("seats", "intake", "travel-limit", "contiguity", "locks", "stability")
"""Shipped rules that can stand beside this one."""

SINGLE = ("balance", "transport-cost")
"""Shipped goals that look into single schools: who is carried depends on the school drawn."""


class SharedZones(Block):
    """Schools that share an intake are one school to the zoning."""

    name = "shared-zones"
    over_years = False
    because = "the lottery decides who goes to which school, so who is there a year later is open"

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Write out the zones with the share of each of their schools."""
        return {"zones": {zone: dict(of) for zone, of in problem.index.shared.items()}}


def with_shared_zones(
    county: County, problem: Problem, model: Model, standards: Standards, known: tuple[str, ...]
) -> Problem:
    """The problem with the county's shared zones of the stage in the stead of their schools.

    ``known`` are the rules that ship. Raises InputError if the county has no such zone, a school
    of one does not stand or teaches other grades, no places are known of it, or the model has
    rules and goals that look into single schools.
    """
    faults = _beside(model, known)
    zones = shared_zones(county, problem.stage)
    if not zones:
        faults.append(
            Fault("error", "shared_zones", "", f"a shared zone of stage {problem.stage}", "none",
                  "list the schools that share an intake, or leave out the rule shared-zones")
        )  # fmt: skip
    free, places = (np.zeros(problem.school_count),) * 2
    if not faults:
        places, free = _places(problem, model, standards)
        faults += [f for zone, of in zones.items() for f in _faults(problem, zone, of, free)]
    if faults:
        raise InputError(faults)
    place = {school: k for k, school in enumerate(problem.index.schools)}
    shares: Shares = {
        zone: {s: float(free[place[s]]) / sum(float(free[place[o]]) for o in of) for s in of}
        for zone, of in zones.items()
    }
    return pool(county, problem, shares, places)


def _beside(model: Model, known: tuple[str, ...]) -> list[Fault]:
    goals = {name for choice in model.goals for name in choice.weights}
    wrong = [f"rule {r}" for r in model.rules if r in known and r not in (*BESIDE, "shared-zones")]
    wrong += [f"goal {name}" for name in SINGLE if name in goals]
    return [
        Fault("error", "model", name, f"only {', '.join(BESIDE)} beside shared-zones", "a rule or "
              "goal that looks into single schools", "leave it out, or leave out shared-zones")
        for name in wrong
    ]  # fmt: skip


def _places(problem: Problem, model: Model, standards: Standards) -> tuple[Floats, Floats]:
    """Places of each school, and those that pupils from outside leave free; NaN if unknown."""
    if "intake" in model.rules:
        settings = pupils_a_class(
            "intake", problem, {"limit": "standard", "pupils": None,
                                **model.parameters.get("intake", {})}, standards
        )  # fmt: skip
        places = intake_places(problem, size_by_school(problem, settings))
        places[np.isinf(places)] = np.nan
        return places, places - problem.schools.outside[:, 0]
    factor = 1.0
    if "seats" in model.rules:
        stated = model.parameters.get("seats", {}).get("factor", 1.0)
        factor = number("seats", "factor", stated)
    held = problem.schools.outside.sum(axis=1)
    return problem.schools.seats, factor * problem.schools.seats - held


def _faults(problem: Problem, zone: str, schools: list[str], free: Floats) -> list[Fault]:
    """What is wrong with one shared zone."""
    place = {school: k for k, school in enumerate(problem.index.schools)}
    remedy = "correct the table shared_zones, or leave out the rule shared-zones"
    absent = [school for school in schools if school not in place]
    if absent:
        return [Fault("error", "shared_zones", f"zone {zone}, school {school}", "a school that "
                      "stands", "a site or a suspended school", remedy)
                for school in absent]  # fmt: skip
    at = [place[school] for school in schools]
    faults = []
    if len(np.unique(problem.schools.serves_grade[at], axis=0)) > 1:
        faults.append(Fault("error", "shared_zones", f"zone {zone}", "schools that teach the same "
                            "grades", f"{', '.join(schools)}, which do not", remedy))  # fmt: skip
    for school, s in zip(schools, at, strict=True):
        if not free[s] >= 0:
            found = (
                "not known" if np.isnan(free[s]) else f"{-free[s]:,.0f} pupils from outside more"
            )
            faults.append(Fault("error", "shared_zones", f"zone {zone}, school {school}",
                                "places that are known, at least as many as pupils from outside",
                                found, "state its seats (or rooms and classes)"))  # fmt: skip
    if not faults and free[at].sum() <= 0:
        faults.append(Fault("error", "shared_zones", f"zone {zone}", "at least one free place",
                            "none", "add seats, or leave out the rule shared-zones"))  # fmt: skip
    return faults
