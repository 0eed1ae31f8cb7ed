"""The bound of sites, raised by cases: a site that the bound cannot decide on is open, or closed.

Each case is a bound of its own, climbed to from where its parent ended; the lowest of the cases
bounds them all, and is the next to be split. Cases that reach the value of a plan are done with;
of one in which every site is settled, whoever asks for the tree may find the best plan.
Source: branching on sites with the bound of Lagrangian relaxation, Holmberg, Ronnqvist and Yuan
1999.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

import numpy as np

from zoning.search.clock import Clock
from zoning.search.site_bound import CERTAIN, Market, SiteBound, bound_sites

# rounds of the climb in each case
ROUNDS = 150
# cells of all cases together, at the most: each takes 16 bytes
ROOM = 20_000_000
# a site is undecided if it was chosen in at least this share of the rounds, and not in all others
UNDECIDED = 0.02


@dataclass(order=True)
class Case:
    """Sites settled so far are marked in the market of ``found``.

    ``bound`` is that of the case: what an interrupted climb found may be less.
    """

    bound: float
    number: int
    found: SiteBound = field(compare=False)


class SiteTree:
    """All cases that a plan better than the best one so far may be in.

    ``settle`` returns the bound of a case whose sites are all settled, which it may raise by
    looking for the best plan. Without it sites that the bound is nearly sure of are not settled;
    with it the set that the bound is nearly sure of is tried first: a better plan settles more.
    """

    def __init__(self, root: SiteBound, settle: Callable[[Case], float] | None = None) -> None:
        self._cases = [Case(root.bound, 0, root)]
        self._settle = settle
        self.count = 0
        # the lowest bound of the cases that cannot be split any more
        self._last = np.inf
        self._tried: set[bytes] = set()

    def bound(self, goal: float) -> float:
        """No plan below ``goal`` costs less than this."""
        lowest = self._cases[0].bound if self._cases else np.inf
        return min(lowest, self._last, goal)

    def stuck(self, goal: float) -> bool:
        """True if no case is left that could raise the bound, or there is no room for more."""
        if self.bound(goal) >= min(self._last, goal):
            return True
        return len(self._cases) * len(self._cases[0].found.mean) > ROOM

    def grow(self, clock: Clock, goal: Callable[[], float], most: int) -> None:
        """Split the lowest case, up to ``most`` times; what the clock interrupts is taken back."""
        quiet = clock.quiet()  # what a case reaches bounds no other
        for _ in range(most):
            if clock.over or self.stuck(goal()):
                return
            case = heappop(self._cases)
            site = _undecided(case.found, UNDECIDED)
            if site < 0 and self._settle is not None:
                self._try(case)
                site = _undecided(case.found, 0.0)
            if site < 0:
                self._end(case, clock)
                continue
            parts = [_part(case, site, kind, quiet, goal) for kind in (1, -1)]
            for bound, found in parts:
                self.count += 1
                if bound < goal():
                    heappush(self._cases, Case(bound, self.count, found))

    def try_lowest(self) -> None:
        """Look for the best plan with the sites that the bound of all cases chose."""
        if self._cases:
            self._try(self._cases[0])

    def _try(self, case: Case) -> None:
        """Look for the best plan with the sites that the case's bound chose, once for each set."""
        market, chosen = case.found.market, case.found.chosen
        if self._settle is None or (market.kind != 0).all() or chosen.tobytes() in self._tried:
            return
        self._tried.add(chosen.tobytes())
        market = market._replace(kind=np.where(chosen, 1, -1))
        self._settle(replace(case, found=replace(case.found, market=market)))

    def _end(self, case: Case, clock: Clock) -> None:
        """A case that is not split: what the clock interrupts may be tried again."""
        bound = case.bound if self._settle is None else max(case.bound, self._settle(case))
        if self._settle is not None and clock.over:
            heappush(self._cases, replace(case, bound=bound))
        else:
            self._last = min(self._last, bound)


def _part(
    case: Case, site: int, kind: int, clock: Clock, goal: Callable[[], float]
) -> tuple[float, SiteBound]:
    """The case with a site settled: its bound, which is no lower than before."""
    market = case.found.market
    kinds = market.kind.copy()
    kinds[site] = kind
    market = market._replace(kind=kinds)
    if not _possible(market):
        return np.inf, case.found
    found = bound_sites(market, clock, goal, rounds=ROUNDS, begin=replace(case.found, seen=()))
    return max(found.bound, case.bound), _with_needed(found, goal())


def _with_needed(found: SiteBound, goal: float) -> SiteBound:
    """The sites that every plan better than ``goal`` opens are settled."""
    if not np.isfinite(goal):
        return found
    needed = found.need > goal - found.bound + CERTAIN * abs(goal)
    market = found.market
    return replace(found, market=market._replace(kind=np.where(needed, 1, market.kind)))


def _possible(market: Market) -> bool:
    """True if the sites that are left can be as many as they must, and hold the pupils."""
    left = market.kind >= 0
    open_, most = int((market.kind > 0).sum()), int(left.sum())
    if open_ > market.most or most < market.least:
        return False
    return bool(market.places[left].sum() >= market.pupils.sum())


def _undecided(found: SiteBound, least: float) -> int:
    """The site that was chosen in nearest to half of the rounds; -1 if all are decided on."""
    doubt = np.minimum(found.often, 1.0 - found.often)
    doubt[found.market.kind != 0] = -1.0
    site = int(doubt.argmax())
    return site if doubt[site] >= least else -1
