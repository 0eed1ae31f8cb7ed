"""p-median instances, with and without capacities: drawn by seed, and plans judged by hand.

Nothing here comes from the library or from spopt; it needs numpy alone, so that the process that
runs spopt loads nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

KINDS = ("fixed", "free", "capacitated")
"""fixed: every site is open and has seats; free: p sites are to be chosen, without limits;
capacitated: p sites are to be chosen and have seats."""
SIDE = 20_000.0
"""Metres of the square that the clients live in."""
TIGHTNESS = 1.1
"""Seats of the open sites over the demand."""


@dataclass(frozen=True)
class Medians:
    """Serve every client from one of ``p`` open sites at least demand times metres.

    ``points`` (n x 2) are metres, ``demand`` (n) is at least 1, ``sites`` (m) are the clients
    that a facility can stand at, ``capacity`` (m) is infinite where there is no limit.
    """

    name: str
    points: np.ndarray
    demand: np.ndarray
    sites: np.ndarray
    p: int
    capacity: np.ndarray

    @property
    def capacitated(self) -> bool:
        """True if the sites have limits."""
        return bool(np.isfinite(self.capacity).all())

    @property
    def size(self) -> str:
        """Clients x sites, and how many sites are open."""
        return f"{len(self.points)}x{len(self.sites)}, p={self.p}"

    def metres(self) -> np.ndarray:
        """Straight lines from clients to sites (n x m)."""
        ahead = self.points[:, None, :] - self.points[self.sites][None, :, :]
        return np.hypot(ahead[..., 0], ahead[..., 1])

    def objective(self, choice: np.ndarray) -> float:
        """Demand times metres if client i is served by site ``choice[i]``."""
        ahead = self.points - self.points[self.sites[choice]]
        return float(self.demand @ np.hypot(*ahead.T))

    def faults(self, choice: np.ndarray | None) -> list[str]:
        """What is wrong with a choice of a site for every client."""
        if choice is None:
            return ["no plan"]
        outside = (choice < 0) | (choice >= len(self.sites))
        if len(choice) != len(self.points) or outside.any():
            return [f"{int(outside.sum())} clients without a site"]
        found = []
        used = len(np.unique(choice))
        if used > self.p:
            found.append(f"{used} sites open, not {self.p}")
        load = np.bincount(choice, weights=self.demand, minlength=len(self.sites))
        for site in np.flatnonzero(load > self.capacity * (1 + 1e-6)):
            found.append(f"site {site}: {load[site]:g} of {self.capacity[site]:g}")
        return found

    def save(self, path: Path) -> None:
        """Write the instance for another process."""
        np.savez(
            path, name=self.name, points=self.points, demand=self.demand, sites=self.sites,
            p=self.p, capacity=self.capacity,
        )  # fmt: skip


def load(path: Path) -> Medians:
    """Read what `Medians.save` wrote."""
    with np.load(path) as kept:
        return Medians(
            str(kept["name"]), kept["points"], kept["demand"], kept["sites"], int(kept["p"]),
            kept["capacity"],
        )  # fmt: skip


def draw(kind: str, clients: int, sites: int, p: int, seed: int) -> Medians:
    """Draw clients evenly over a square, demands 1 to 40, and sites among the clients."""
    rng = np.random.default_rng(seed)
    points = np.round(rng.uniform(0.0, SIDE, (clients, 2)), 1)
    demand = rng.integers(1, 41, clients).astype(np.float64)
    chosen = np.sort(rng.choice(clients, sites, replace=False))
    capacity = np.full(sites, np.inf)
    p = sites if kind == "fixed" else p
    if kind != "free":
        share = rng.uniform(0.8, 1.2, sites) if kind == "fixed" else np.ones(sites)
        capacity = np.ceil(TIGHTNESS * demand.sum() / p * share / share.mean())
    return Medians(f"{kind}_{clients}x{sites}_{seed}", points, demand, chosen, p, capacity)
