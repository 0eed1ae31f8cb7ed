"""Verification of a plan over several years: every year, and what joins them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from zoning.errors import Fault
from zoning.plan.verify import verify
from zoning.plan.verify.breach import Breach, above, differs, faults_of, show
from zoning.plan.verify.facts import Facts, collect
from zoning.plan.verify.rolling_goals import check_rolling_goals
from zoning.plan.verify.rolling_intake import check_years_intake
from zoning.plan.verify.rolling_money import check_budgets, options_of, spending
from zoning.plan.verify.rolling_moves import moves

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.rolling import RollingPlan

__all__ = ["verify_years"]

SINGLE = frozenset({"budget", "intake"})
"""Rules that are kept over all years together, not in each year's plan."""


def verify_years(plan: RollingPlan, county: County) -> tuple[Fault, ...]:
    """Return everything that is wrong with a rolling plan, errors first."""
    faults = [
        replace(fault, where=f"{one.year}: {fault.where}")
        for one in plan.plans
        for fault in verify(one, county)
    ]
    if any(fault.severity == "error" for fault in faults):
        return tuple(sorted(faults, key=lambda fault: fault.severity != "error"))
    years = [collect(one, county) for one in plan.plans]
    faults += [
        *faults_of("rules", _same_rules(plan)),
        *faults_of("opening", _for_good(years)),
        *faults_of("built", _built(years)),
        *faults_of("budget", check_budgets(plan, years)),
        *faults_of("intake", _intake(plan, years)),
        *check_rolling_goals(plan, years),
        *faults_of("moves", _moves(plan, years)),
        *faults_of("by_year", _by_year(plan, years)),
        *faults_of("supply", _supply(plan, years)),
        *faults_of("decisions", _decisions(plan, years)),
    ]
    return tuple(sorted(faults, key=lambda fault: fault.severity != "error"))


def _same_rules(plan: RollingPlan) -> list[Breach]:
    """Each year keeps all rules but those that join the years."""
    wanted = {rule.name for rule in plan.rules} - SINGLE
    return [
        Breach(str(one.year), f"the rules {', '.join(sorted(wanted))}",
               ", ".join(sorted(rule.name for rule in one.rules)))
        for one in plan.plans if {rule.name for rule in one.rules} != wanted
    ]  # fmt: skip


def _intake(plan: RollingPlan, years: Sequence[Facts]) -> list[Breach]:
    rules = [rule for rule in plan.rules if rule.name == "intake" and not rule.soft]
    return [breach for rule in rules for breach in check_years_intake(years, rule)]


def _for_good(years: Sequence[Facts]) -> list[Breach]:
    """A school that closes stays closed, a site that opens stays open."""
    breaches = []
    for before, after in pairwise(years):
        for school, about in after.items():
            was, is_ = school not in before.closed, school not in after.closed
            where = f"{after.plan.year}: school {school}"
            if about.status == "existing" and is_ and not was:
                breaches.append(Breach(where, "closed, as the year before", "open"))
            if about.status != "existing" and was and not is_:
                breaches.append(Breach(where, "open, as the year before", "closed"))
    return breaches


def _built(years: Sequence[Facts]) -> list[Breach]:
    """What stands in a year was decided early enough, not before today, and stands from then on."""
    now, breaches = years[0].county.year, []
    leads = {key: row["lead_years"] for key, row in options_of(years[0]).items()}
    every = {row for facts in years for row in _rows(facts)}
    for facts in years:
        due = set()
        for school, option, decided, modules in every:
            lead = leads.get((school, option), 0.0)
            ready = decided + (0 if lead != lead else int(lead))
            if decided < now:
                where = f"school {school}, option {option}"
                breaches.append(Breach(where, f"decided in {now} or later", str(decided)))
            if ready <= facts.plan.year:
                due.add((school, option, decided, modules))
        if due != set(_rows(facts)):
            found = ", ".join(f"{s} {o} ({d})" for s, o, d, _ in sorted(due ^ set(_rows(facts))))
            breaches.append(
                Breach(str(facts.plan.year), "what is decided early enough, and all of it", found)
            )
    return breaches


def _rows(facts: Facts) -> list[tuple[str, str, int, int]]:
    table = facts.plan.built
    columns = ("school_id", "option", "year", "modules")
    return list(zip(*(table[column].tolist() for column in columns), strict=True))


def _moves(plan: RollingPlan, years: Sequence[Facts]) -> list[Breach]:
    wanted = {(m.year, m.cell.unit, m.cell.band): m for m in moves(years)}
    table, breaches = plan.moves, []
    rows = {(r["year"], r["unit_id"], r["band"]): r for r in table.to_dict("records")}
    if set(wanted) != set(rows) or len(rows) != len(table):
        return [Breach("", f"{len(wanted)} moves", f"{len(table)} rows, not these")]
    for key, move in wanted.items():
        row, where = rows[key], f"{key[0]}, unit {key[1]}"
        if (row["from_school"], row["to_school"]) != (move.before, move.after):
            found = f"{row['from_school']} to {row['to_school']}"
            breaches.append(Breach(where, f"{move.before} to {move.after}", found))
        for name, value in (("pupils", move.pupils), ("again", move.again)):
            if differs(float(row[name]), value):
                breaches.append(Breach(f"{where}, {name}", show(value), show(float(row[name]))))
    return breaches


def _by_year(plan: RollingPlan, years: Sequence[Facts]) -> list[Breach]:
    """Money, moves, pupils and schools of each year."""
    found, breaches = moves(years), []
    rows = {int(row["year"]): row for row in plan.by_year.to_dict("records")}
    of_year = {facts.plan.year: facts for facts in years}
    first = min(years[0].county.year, years[0].plan.year)
    if sorted(rows) != list(range(first, years[-1].plan.year + 1)):
        return [Breach("", f"a row a year from {first}", ", ".join(map(str, sorted(rows))))]
    for year, row in rows.items():
        here = [move for move in found if move.year == year]
        wanted = {
            "capital": sum(s.yuan for s in spending(years, "capital") if s.year == year),
            "running": sum(s.yuan for s in spending(years, "running") if s.year == year),
            "moved": sum(move.pupils for move in here),
            "moved_again": sum(move.again for move in here),
        }
        if year in of_year:
            wanted["open_schools"] = float(len(of_year[year].working()))
            wanted["pupils"] = sum(of_year[year].pupils.values())
        breaches += [
            Breach(f"{year}, {name}", show(value), show(float(row[name])))
            for name, value in wanted.items() if differs(float(row[name]), float(value))
        ]  # fmt: skip
    return breaches


def _supply(plan: RollingPlan, years: Sequence[Facts]) -> list[Breach]:
    """Pupils and seats of each school and year."""
    table, breaches = plan.supply, []
    rows = {(int(r["year"]), r["school_id"]): r for r in table.to_dict("records")}
    for facts in years:
        for school in facts.schools:
            row = rows.get((facts.plan.year, school))
            where = f"{facts.plan.year}: school {school}"
            if row is None:
                breaches.append(Breach(where, "a row", "none"))
                continue
            placed = sum(facts.pupils.get(cell, 0.0) for cell in facts.cells_of[school])
            seats = 0.0 if school in facts.closed else facts.places[school]
            for name, value in (("pupils", placed), ("seats", seats)):
                if differs(float(row[name]), value):
                    breaches.append(Breach(f"{where}, {name}", show(value), show(row[name])))
    return breaches


def _decisions(plan: RollingPlan, years: Sequence[Facts]) -> list[Breach]:
    """Every opening, closing and module is in the table once, with all the money spent."""
    table, breaches = plan.decisions, []
    rows = table.to_dict("records")
    listed = sorted(
        (r["school_id"], int(r["year"]), r["action"])
        for r in rows if r["action"] in ("new", "restore", "merge", "suspend")
    )  # fmt: skip
    wanted = []
    for k, facts in enumerate(years):
        for school, about in facts.items():
            closed = school in facts.closed
            before = about.status != "existing" if k == 0 else school in years[k - 1].closed
            if closed and not before:
                zone = [cell for cell, old in facts.today.items() if old == school]
                used = any(facts.pupils.get(cell, 0.0) > 0 for cell in zone)
                wanted.append((school, facts.plan.year, "merge" if used else "suspend"))
            if before and not closed:
                action = "new" if about.status == "candidate" else "restore"
                wanted.append((school, facts.plan.year, action))
    if listed != sorted(wanted):
        odd = sorted(set(listed) ^ set(wanted))
        found = ", ".join(f"{s} {a} {y}" for s, y, a in odd[:5])
        breaches.append(Breach("", "each opening and closing once, in its year", found))
    money = sum(one.yuan for one in spending(years, "capital"))
    if above(abs(float(table["cost"].sum()) - money), 0.0) and differs(table["cost"].sum(), money):
        breaches.append(Breach("cost", show(money), show(float(table["cost"].sum()))))
    breaches += [
        Breach(f"school {row['school_id']}, reason", "a reason in words", "none")
        for row in rows if not row["reason"]
    ]  # fmt: skip
    return breaches
