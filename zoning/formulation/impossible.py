"""What excludes every plan, found before a solver runs and named with both numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import Fault
from zoning.formulation.blocks.budget import lines
from zoning.formulation.blocks.class_size import size_by_school
from zoning.formulation.blocks.intake import intake_places
from zoning.formulation.blocks.opening import bounds_of
from zoning.formulation.blocks.teachers import posts_of_county
from zoning.formulation.formulate import Formulation
from zoning.problem.arrays import Floats, Problem

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# of one kind of fault, how many are listed by name
LISTED = 20


def find_impossible(formulation: Formulation, asked: Problem) -> tuple[Fault, ...]:
    """Faults that each prove that no plan exists; ``asked`` is the problem before any rule."""
    faults = [
        *_locks(formulation, asked),
        *_roots(formulation),
        *_number_open(formulation),
        *_money(formulation),
        *_posts(formulation),
        *_split(formulation),
        *_housing(formulation),
        *_without_school(formulation, asked),
        *_too_few_places(formulation),
        *_too_few_with_overflow(formulation, asked),
        *_too_large(formulation),
        *_roots_too_large(formulation),
    ]
    return tuple(faults)


def _error(table: str, where: str, expected: str, found: str, remedy: str) -> Fault:
    return Fault("error", table, where, expected, found, remedy)


def _cut(faults: list[Fault], what: str) -> list[Fault]:
    if len(faults) <= LISTED:
        return faults
    rest = len(faults) - LISTED
    first = faults[0]
    more = _error(first.table, f"{rest} more", first.expected, f"the same for {rest} more {what}",
                  first.remedy)  # fmt: skip
    return [*faults[:LISTED], more]


def _locks(formulation: Formulation, asked: Problem) -> list[Fault]:
    """Demands of locks that the travel table or another lock does not permit."""
    faults = []
    chosen = asked.pair_of(asked.fixed)
    for cell in np.flatnonzero(asked.fixed >= 0).tolist():
        school = asked.index.schools[asked.fixed[cell]]
        if chosen[cell] < 0:
            faults.append(
                _error("locks", asked.cell_name(cell), f"a journey to school {school}, as locked",
                       "none in the travel table, or the school does not serve the band",
                       "add the journey or lift the lock")
            )  # fmt: skip
        elif asked.locked_out[chosen[cell]]:
            faults.append(
                _error("locks", asked.cell_name(cell), f"school {school}, as one lock demands",
                       "another lock that forbids it", "lift one of the two locks")
            )  # fmt: skip
    return _cut(faults, "cells")


def _roots(formulation: Formulation) -> list[Fault]:
    """Zones that cannot hold their school: of schools that are open in every plan."""
    if formulation.contiguity is None:
        return []
    problem, opening = formulation.problem, formulation.opening
    column = np.full(problem.school_count, -1) if opening is None else opening.column
    faults = []
    owner: dict[int, int] = {}
    held = [
        (s, int(cell)) for s, row in enumerate(problem.schools.root) for cell in row
        if cell >= 0 and (column[s] < 0 or formulation.extras.lower[column[s]] >= 1.0)
    ]  # fmt: skip
    for s, cell in sorted([*held, *((s, cell) for cell, s in problem.schools.more_roots)]):
        if owner.get(cell, s) != s:
            first = problem.index.schools[owner[cell]]
            faults.append(
                _error("schools", f"{first} and {problem.index.schools[s]}, column root_unit",
                       "a root unit of its own for each school that stays (rule contiguity)",
                       f"both in {problem.cell_name(cell)}",
                       "state a neighbouring unit as the root unit of one of them")
            )  # fmt: skip
        owner[cell] = s
    return faults


def _number_open(formulation: Formulation) -> list[Fault]:
    """Another number of open schools than there can be."""
    rule = next((rule for rule in formulation.rules if rule.name == "opening"), None)
    if rule is None:
        return []
    problem, faults = formulation.problem, []
    optional, schools = problem.schools.optional, len(problem.school_ids)
    least, most = bounds_of(problem, rule.parameters)
    for t in range(len(problem.years)):
        stay = int((~optional[problem.school_period == t]).sum())
        if most < stay:
            faults.append(
                _error("opening", f"schools that stay{problem.in_year(t)}",
                       f"at most {most} open schools", f"{stay} that may not close",
                       "ask for more schools, or let existing ones close")
            )  # fmt: skip
    if least > schools:
        faults.append(
            _error("opening", "schools and candidate sites", f"at least {least} open schools",
                   f"{schools} in all", "ask for fewer, or add candidate sites")
        )  # fmt: skip
    return faults


def _money(formulation: Formulation) -> list[Fault]:
    """A budget below what every plan spends, or a floor above what any plan can."""
    rule = next((rule for rule in formulation.rules if rule.name == "budget"), None)
    faults: list[Fault] = []
    if rule is None:
        return faults
    lower, upper = np.array(formulation.extras.lower), np.array(formulation.extras.upper)
    written = [rows for rows in formulation.rows if rows.tags and rows.tags[0].block == "budget"]
    for line, rows in zip(lines(formulation.problem, rule.parameters), written, strict=True):
        cost, named = rows.extras.data, rows.extras.indices
        ends = cost * lower[named], cost * upper[named]
        least, most = float(np.minimum(*ends).sum()), _largest(formulation, rows.extras)
        if least > rows.upper[0] + 1e-6:
            spent = line.most - float(rows.upper[0]) + least
            faults.append(
                _error("budget", line.words, f"at most {line.most:,.0f} yuan",
                       f"{spent:,.0f} yuan in every plan: schools that are kept, and buildings "
                       "that must be mended", "allow more money, or lift a veto")
            )  # fmt: skip
        if most < rows.lower[0] - 1e-6:
            reach = line.least - float(rows.lower[0]) + most
            faults.append(
                _error("budget", f"least_{line.words}", f"at least {line.least:,.0f} yuan",
                       f"{reach:,.0f} yuan if everything is built and open",
                       "lower the floor, or list more that can be built")
            )  # fmt: skip
    return faults


def _posts(formulation: Formulation) -> list[Fault]:
    """Fewer posts than the pupils of the county need by the ratio, wherever they go.

    Wardens count for those who can only board.
    """
    rule = next((rule for rule in formulation.rules if rule.name == "teachers"), None)
    ratio = None if rule is None else rule.parameters["pupils_a_post"]
    if rule is None or not isinstance(ratio, float):
        return []
    problem, years = formulation.problem, len(formulation.problem.years)
    stays = np.where(problem.schools.optional, 0.0, problem.schools.outside.sum(axis=1))
    needed = np.bincount(problem.cell_period, weights=problem.pupils, minlength=years)
    needed += np.bincount(problem.school_period, weights=stays, minlength=years)
    needed = np.asarray(needed / ratio, dtype=np.float64)
    pairs, boarders = problem.pairs, float(str(rule.parameters["boarders_a_warden"]))
    by_day = np.bincount(pairs.cell[~pairs.board], minlength=problem.cells) > 0
    wardens = np.where(by_day, 0.0, problem.pupils / boarders)
    needed += np.bincount(problem.cell_period, weights=wardens, minlength=years)
    there = posts_of_county(problem, rule.parameters)
    words = f"one for {ratio:g} pupils"
    words += f", and for {boarders:g} boarders" if wardens.any() else ""
    return [
        _error("teachers", f"posts of the county in {year}", f"at least {asked:,.1f}, {words}",
               f"{found:,.1f}", "add posts, or state another ratio")
        for year, asked, found in zip(problem.years, needed.tolist(), there.tolist(), strict=True)
        if asked > found * (1 + 1e-9) + 1e-6
    ]  # fmt: skip


def _split(formulation: Formulation) -> list[Fault]:
    """More schools in the zone of one school of the stage before than it may feed."""
    rule = next((rule for rule in formulation.rules if rule.name == "feeders"), None)
    problem = formulation.problem
    if rule is None or formulation.contiguity is None or problem.facilities is None:
        return []
    feeding = problem.facilities.feeding
    assert feeding is not None
    origin = feeding.origin[str(rule.parameters["plan"])][problem.cell_unit]
    most = 1 + int(str(rule.parameters["most_split"]))
    held: dict[tuple[int, int], list[str]] = {}
    for s, b in np.argwhere(~problem.schools.may_lack).tolist():
        root = int(problem.schools.root[s, b])
        if root >= 0 and origin[root] >= 0:
            held.setdefault((int(origin[root]), b), []).append(problem.index.schools[s])
    return [
        _error("feeders", f"school {feeding.names[f]}", f"at most {most} schools that it feeds",
               f"{len(schools)} whose zones hold its units, since they stand there "
               f"({', '.join(schools)})", "permit more splits (feeders.most_split), or draw the "
               "zones of the stage before anew")
        for (f, _), schools in held.items() if len(schools) > most
    ]  # fmt: skip


def _housing(formulation: Formulation) -> list[Fault]:
    """Companion schools without seats for the children of their housing, whatever is built."""
    faults = []
    for rows in formulation.rows:
        if not rows.tags or rows.tags[0].block != "companions":
            continue
        short = float(rows.lower[0]) - _largest(formulation, rows.extras)
        if short > 1e-6:
            faults.append(
                _error("housing", rows.tags[0].subject, "so many once all is built that can be",
                       f"{short:,.0f} too few", "list more that can be built by then, or correct "
                       "the children, the dwellings or the companion")
            )  # fmt: skip
    return faults


def _largest(formulation: Formulation, row: csr_matrix) -> float:
    """Largest sum of a row's extra columns; an option is built at most so often over all years."""
    lower, upper = np.array(formulation.extras.lower), np.array(formulation.extras.upper)
    cost, named = row.data, row.indices
    ends = np.maximum(cost * lower[named], cost * upper[named])
    of_column = dict(zip(named.tolist(), ends.tolist(), strict=True))
    facilities = formulation.problem.facilities
    options = len(facilities.modules) // len(formulation.problem.years) if facilities else 0
    total = float(ends.sum())
    for option in range(options):
        own = [of_column.get(c, 0.0) for k, c in formulation.built.items() if k % options == option]
        total += max(own, default=0.0) - sum(own)
    return total


def _without_school(formulation: Formulation, asked: Problem) -> list[Fault]:
    """Cells that no school may take, with the reason."""
    lonely = np.flatnonzero(np.diff(formulation.problem.pairs.pointer) == 0)
    reasons = [_reason(formulation, asked, int(cell)) for cell in lonely]
    # a cell that is only cut off is often so because its neighbours have no school either
    causes = [fault for fault in reasons if fault.table != "adjacency"]
    return _cut(causes or reasons, "cells")


def _reason(formulation: Formulation, asked: Problem, cell: int) -> Fault:
    name = asked.cell_name(cell)
    own = slice(asked.pairs.pointer[cell], asked.pairs.pointer[cell + 1])
    if own.start == own.stop:
        return _error("travel", name, "a journey to at least one school that serves the band",
                      "none", "add the journeys, or a school that serves the band")  # fmt: skip
    blocking = [rule for rule, mask in formulation.permitted.items() if not mask[own].any()]
    if "travel-limit" in blocking:
        band = asked.index.bands[asked.cell_band[cell]]
        rule = next(r for r in formulation.rules if r.name == "travel-limit")
        for measure in ("minutes", "metres"):
            table = rule.parameters[measure]
            nearest = np.nanmin(asked.pairs.farthest(measure)[own], initial=np.inf)
            if isinstance(table, dict) and nearest > float(table.get(band, np.inf)):
                return _error("travel", name, f"a school within {table[band]:g} {measure}",
                              f"the nearest at {nearest:.1f} {measure}",
                              "permit longer journeys, board, or open a nearer school")  # fmt: skip
    if blocking:
        return _error("model", name, "at least one school that the rules permit",
                      f"none that {blocking[0]} permits",
                      "list the unit as an exception, or change the rule or lock")  # fmt: skip
    rules = ", ".join(formulation.permitted)
    if formulation.contiguity is not None and formulation.reach_cut[cell]:
        return _error("adjacency", name, "a way over permitted units to a school it may attend",
                      "none: the unit is cut off", "add a border to adjacency, lift a lock, or "
                      "name the unit as an island")  # fmt: skip
    return _error("model", name, "at least one school that all rules permit",
                  f"none that {rules} permit together", "relax one of these rules")  # fmt: skip


def _too_few_places(formulation: Formulation) -> list[Fault]:
    """More pupils than places, or fewer than the least, over all schools that can be open."""
    problem, faults = formulation.problem, []
    for limit in formulation.limits:
        if limit.band >= 0:
            continue  # no school need take the band
        places = np.where(np.isfinite(limit.high), np.maximum(limit.high, 0.0), np.inf)
        needed = np.where(np.isfinite(limit.low), np.maximum(limit.low, 0.0), 0.0)
        if limit.high.min(initial=0.0) < -1e-6:
            faults += _overfull(formulation, limit.block, limit.high)
        for t in range(len(problem.years)):
            where = f"all schools together{problem.in_year(t)}"
            total = float(limit.load[problem.cell_period == t].sum())
            high = _over_open(formulation, places, t, most=True)
            if total > high * (1 + 1e-9) + 1e-6:
                faults.append(
                    _error(limit.block, _together(formulation, t),
                           f"places for {total:,.1f} pupils", f"{high:,.1f} places",
                           "add places, or make the rule soft")
                )  # fmt: skip
            low = _over_open(formulation, needed, t, most=False)
            if total < low * (1 - 1e-9) - 1e-6:
                faults.append(
                    _error(limit.block, where, f"at least {low:,.1f} pupils",
                           f"{total:,.1f} pupils", "lower the least utilisation")
                )  # fmt: skip
    return faults


def _too_few_with_overflow(formulation: Formulation, asked: Problem) -> list[Fault]:
    """More entrants than places: then diverting helps nobody."""
    rules = {rule.name: rule for rule in formulation.rules}
    if not {"overflow", "intake"} <= rules.keys():
        return []
    places = intake_places(asked, size_by_school(asked, rules["intake"].parameters))
    free = float(np.maximum(places - asked.schools.outside[:, 0], 0.0).sum())
    total = float(asked.pupils.sum())
    if total <= free * (1 + 1e-9) + 1e-6:
        return []
    return [
        _error("overflow", "all schools together", f"places for {total:,.6g} entrants",
               f"{free:,.6g} places; {total - free:,.6g} cannot be placed anywhere",
               "add classes, or permit larger ones")
    ]  # fmt: skip


def _together(formulation: Formulation, period: int) -> str:
    """The schools of a year in words, with how many of them may be open."""
    here, opening = formulation.problem.in_year(period), formulation.opening
    if opening is None or not opening.optional.any():
        return f"all schools together{here}"
    most = opening.most // len(formulation.problem.years)
    return f"the schools together{here}, {most} of them open at the most"


def _over_open(formulation: Formulation, amount: Floats, period: int, *, most: bool) -> float:
    """Largest (or least) sum of ``amount`` over the schools that a plan may have open in a year."""
    problem, opening = formulation.problem, formulation.opening
    here = problem.school_period == period
    if opening is None:
        return float(amount[here].sum())
    years = len(problem.years)
    stay = amount[here & ~opening.optional]
    others = np.sort(amount[here & opening.optional])
    if most:
        chosen = others[::-1][: max(opening.most // years - len(stay), 0)]
    else:
        chosen = others[: max(opening.least // years - len(stay), 0)]
    return float(stay.sum() + chosen.sum())


def _overfull(formulation: Formulation, block: str, high: np.ndarray) -> list[Fault]:
    names = formulation.problem.index.schools
    return [
        _error(block, f"school {names[s]}", "room for its pupils from outside the zoning",
               f"{-high[s]:,.1f} more of them than places", "correct the column outside or seats")
        for s in np.flatnonzero((high < -1e-6) & ~formulation.problem.schools.optional)
    ]  # fmt: skip


def _too_large(formulation: Formulation) -> list[Fault]:
    """Cells with more pupils than any school in reach has places."""
    problem = formulation.problem
    pairs = problem.pairs
    faults: list[Fault] = []
    if len(pairs) == 0 or (np.diff(pairs.pointer) == 0).any():
        return faults
    for limit in formulation.limits:
        largest = np.maximum.reduceat(limit.high[pairs.school], pairs.pointer[:-1])
        over = np.flatnonzero(limit.load > largest * (1 + 1e-9) + 1e-6)
        for cell in over:
            faults.append(
                _error(limit.block, problem.cell_name(int(cell)),
                       f"a school in reach with places for its {limit.load[cell]:,.1f} pupils",
                       f"at most {largest[cell]:,.1f} places",
                       "split the unit, add places, or permit longer journeys")
            )  # fmt: skip
    return _cut(faults, "cells")


def _roots_too_large(formulation: Formulation) -> list[Fault]:
    """Schools that are open in every plan, without places for the units that hold them."""
    if formulation.contiguity is None:
        return []
    problem, opening, faults = formulation.problem, formulation.opening, []
    for limit in formulation.limits:
        for s, roots in enumerate(problem.schools.root):
            column = -1 if opening is None else int(opening.column[s])
            own = roots[(roots >= 0) & ~problem.schools.movable[s]]
            if len(own) == 0 or (column >= 0 and formulation.extras.lower[column] < 1.0):
                continue
            load, most = float(limit.load[own].sum()), float(max(limit.high[s], 0.0))
            if load > most * (1 + 1e-9) + 1e-6:
                faults.append(
                    _error(limit.block, f"school {problem.index.schools[s]}",
                           f"places for the {load:,.1f} pupils of its own "
                           f"{problem.cell_name(int(own[0]))}", f"{most:,.1f} places",
                           "add places, split the unit, or state a smaller one as the root unit")
                )  # fmt: skip
    return _cut(faults, "schools")
