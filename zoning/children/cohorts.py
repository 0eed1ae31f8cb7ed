r"""Children of later years: cohorts that age, with survival, births and migration.

Grade :math:`g` in year :math:`t` is grade :math:`g + 1` in :math:`t + 1`, also from the last
grade of a stage to the entry grade of the next. For each unit and group

.. math:: N_{g+1,\,t+1} = N_{g,\,t} \; s_g \, (1 + m_g)

with :math:`s_g` the share that survives the year and :math:`m_g` the net migration of the year
per child. Those who enter the first grade of all at age :math:`a` in year :math:`t` were born
from 1 September of :math:`t - a - 1` to 31 August of :math:`t - a`. Of births by calendar year,
even over the year,

.. math::
    N_{1,t} = \bigl(\tfrac{4}{12} B_{t-a-1} + \tfrac{8}{12} B_{t-a}\bigr) \, s_0 \, (1 + m_0)

with :math:`s_0` the survival from birth to entry and :math:`m_0` the net migration over that
time. Numbers are carried on as fractions and rounded year by year only in what is handed out.

Source: the cohort-component method, S. K. Smith, J. Tayman and D. A. Swanson, A Practitioner's
Guide to State and Local Population Projections (Springer 2013), chapter 7; for schools, the
grade-progression form of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from zoning.children.census import CUT_OFF, ENTRY_AGES
from zoning.children.estimate import KEY, Estimate, added
from zoning.children.inputs import BIRTHS, argument_fault, as_rates, check_known, tidy
from zoning.children.spread import round_rows
from zoning.county.findings import Findings, listed
from zoning.county.vocabulary import STAGES
from zoning.errors import InputError

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["age_cohorts"]

AS_NOW: Final = "as now"
_MOST_YEARS: Final = 50
_EARLIER: Final = (13 - CUT_OFF[0]) / 12
"""Share of a school cohort that was born in the earlier of its two calendar years."""
Rates = float | Mapping[str, float]


def age_cohorts(
    county: County,
    base: Estimate,
    *,
    until: int,
    births: pd.DataFrame | Literal["as now"],
    survival: Rates = 1.0,
    migration: Rates = 0.0,
    survival_to_entry: float = 1.0,
    migration_to_entry: float = 0.0,
    entry_age: int | None = None,
    source: str = "",
    whole: bool = True,
) -> Estimate:
    """Return the children of the base's last year and of each year after it, up to `until`.

    Args:
        county: the county; its stages say how grades follow each other.
        base: pupils of the base year, as `from_census` returns them or ``Estimate.of(county)``.
        until: the last school year wanted.
        births: unit_id, year (calendar year of birth), group and births; or ``"as now"``: each
            year as many enter as in the base year, which the method then says is assumed.
        survival: share of the children of a grade who survive the year, for all grades or by
            ``"stage/grade"``; grades left out: 1.
        migration: net migration of the year per child of a grade, in the same form; -0.02 loses
            2 in 100. Grades left out: 0.
        survival_to_entry: share of the born who survive to entry.
        migration_to_entry: net migration from birth to entry per child.
        entry_age: age at entry of the first grade; None: as usual for its stage.
        source: where births and rates come from.
        whole: True to round each year: units, and the grades of the county, keep their sums to
            the neighbouring whole number.

    Raises:
        InputError: with everything that is wrong.
    """
    chain = _chain(county)
    start = _base_year(base, until)
    survives = as_rates(survival, "survival", 0.0, 1.0, 1.0)
    moves = as_rates(migration, "migration", -1.0, 10.0, 0.0)
    stays = as_rates(survival_to_entry, "survival_to_entry", 0.0, 1.0, 1.0)("")
    stays *= 1 + as_rates(migration_to_entry, "migration_to_entry", -1.0, 10.0, 0.0)("")
    _check_grades(survival, migration, chain)
    here = (base.pupils["year"] == start) & base.pupils["stage"].isin([s for s, _ in chain])
    now = base.pupils[here]
    age = ENTRY_AGES[chain[0][0]] if entry_age is None else entry_age
    entering = _Entrants(county, births, now, chain[0], age, stays)
    following = dict(pairwise(chain))
    years = [now]
    for year in range(start + 1, until + 1):
        aged = _aged(years[-1], following, lambda name: survives(name) * (1 + moves(name)))
        years.append(pd.concat([entering.of(year), aged.assign(year=year)], ignore_index=True))
    later = pd.concat(years[1:], ignore_index=True) if len(years) > 1 else now.iloc[:0]
    later = _rounded(later, county) if whole else later
    words = f"cohorts of {start} aged with survival {survival} and migration {migration}, "
    made = Estimate.make(later, words + entering.words, source)
    there = here.to_numpy(dtype=bool)
    methods = base.methods[there].reset_index(drop=True)
    return Estimate(now.reset_index(drop=True), methods, base.sources, base.status) + made


def _aged(
    old: pd.DataFrame,
    following: Mapping[tuple[str, str], tuple[str, str]],
    rate: Callable[[str], float],
) -> pd.DataFrame:
    """Return those who were in a grade as they are in the next one; who has left is not there."""
    grades = list(zip(old["stage"], old["grade"], strict=True))
    nexts = [following.get(grade, ("", "")) for grade in grades]
    aged = old.assign(
        stage=[stage for stage, _ in nexts],
        grade=[grade for _, grade in nexts],
        pupils=old["pupils"].to_numpy() * [rate(f"{stage}/{grade}") for stage, grade in grades],
    )
    return aged[aged["stage"] != ""]


class _Entrants:
    """Who enters the first grade of all, year by year."""

    def __init__(
        self,
        county: County,
        births: pd.DataFrame | Literal["as now"],
        now: pd.DataFrame,
        first: tuple[str, str],
        age: int,
        stays: float,
    ) -> None:
        self._first, self._age, self._stays = first, age, stays
        self._now = now[(now["stage"] == first[0]) & (now["grade"] == first[1])]
        self._births: pd.DataFrame | None = None
        self.words = "entrants as in the base year (assumed)"
        if isinstance(births, str) and births == AS_NOW:
            return
        findings = Findings()
        table = tidy(BIRTHS, births, findings)
        if table is not None:
            known = set(county.units["unit_id"])
            check_known(BIRTHS, table, "unit_id", known, findings, what="a unit of the county")
            lacking = sorted(set(now["group"]) - set(table["group"]))
            if lacking:
                expected = (
                    f"births for every group of the base: {listed(sorted(set(now['group'])))}"
                )
                remedy = "add them, with 0 where nobody of the group is born"
                findings.error(BIRTHS.name, "", expected, f"none for {listed(lacking)}", remedy)
        findings.raise_errors()
        self._births = table
        self.words = f"entrants from births, {stays:g} of whom live here at age {age}"

    def of(self, year: int) -> pd.DataFrame:
        """Return the entrants of a school year; refuse a year whose births are not known."""
        if self._births is None:
            return self._now.assign(year=year)
        shares = {year - self._age - 1: _EARLIER, year - self._age: 1 - _EARLIER}
        lacking = sorted(set(shares) - set(self._births["year"]))
        if lacking:
            expected = f"births of {' and '.join(map(str, shares))} for the entrants of {year}"
            found = f"none of {' and '.join(map(str, lacking))}"
            remedy = "add these years, or ask for an earlier last year (until)"
            raise InputError(argument_fault("births", expected, found, remedy))
        rows = self._births[self._births["year"].isin(list(shares))]
        rows = rows.assign(pupils=rows["births"] * rows["year"].map(shares) * self._stays)
        stage, grade = self._first
        return added(rows.assign(stage=stage, grade=grade, year=year))


def _chain(county: County) -> list[tuple[str, str]]:
    """Return all (stage, grade) from the youngest on; refuse stages that do not follow closely."""
    stages = sorted(county.stages, key=lambda stage: STAGES.index(stage.name))
    places = [STAGES.index(stage.name) for stage in stages]
    if places != list(range(places[0], places[0] + len(places))):
        expected = "stages that follow each other without a gap"
        found = listed([stage.name for stage in stages])
        remedy = (
            "add the stage between them to county.toml, or age each stage in a county of its own"
        )
        raise InputError(argument_fault("county", expected, found, remedy))
    return [(stage.name, grade) for stage in stages for grade in stage.grades]


def _base_year(base: Estimate, until: int) -> int:
    if not len(base.pupils):
        expected, remedy = "children in the base", "estimate them first"
        raise InputError(argument_fault("base", expected, "none", remedy))
    start = int(base.pupils["year"].max())
    if not start <= until <= start + _MOST_YEARS:
        expected = f"a year from {start}, the base year, to {start + _MOST_YEARS}"
        remedy = "correct the year, or begin from another base"
        raise InputError(argument_fault("until", expected, str(until), remedy))
    return start


def _check_grades(survival: Rates, migration: Rates, chain: list[tuple[str, str]]) -> None:
    names = {f"{stage}/{grade}" for stage, grade in chain} | {""}
    for argument, rates in (("survival", survival), ("migration", migration)):
        foreign = sorted(set(rates) - names) if isinstance(rates, Mapping) else []
        if foreign:
            expected = f"grades such as {listed(sorted(names - {''}), most=3)}"
            remedy = "write them as stage/grade"
            raise InputError(argument_fault(argument, expected, listed(foreign), remedy))


def _rounded(rows: pd.DataFrame, county: County) -> pd.DataFrame:
    if not len(rows):
        return rows
    town = dict(zip(county.units["unit_id"], county.units["township"], strict=True))
    done = round_rows(rows.assign(region=rows["unit_id"].map(town)), ("unit_id", "region"))
    return done[[*KEY, "pupils"]]
