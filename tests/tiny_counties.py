"""Random tiny counties with random models, repeatable by seed, for trying every assignment."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Any

import geopandas
import pandas as pd
import shapely

from zoning.county import County, Stage
from zoning.errors import InputError

FOCUS = (
    "seats", "class-size", "class-rooms", "class-multigrade", "class-large", "intake",
    "travel-hard", "travel-share", "travel-soft", "utilisation", "contiguity", "islands",
    "township", "locks", "stability", "soft-mix",
)  # fmt: skip
"""What a tiny county is mainly about; its number in the list is the seed modulo the length."""

GOALS = (
    "minimise = { travel = 1 }",
    "minimise = { moved = 1.0 }\n[[goal]]\nminimise = { travel = 1.0 }",
    "minimise = { journey-of-worst-off = 1.0 }",
    "minimise = { balance = 1.0 }",
    "minimise = { travel = 1.0, moved = 0.5 }",
    "minimise = { travel = 1.0 }\nslack = 0.1\n[[goal]]\nminimise = { moved = 1.0 }",
    "minimise = { moved = 1.0 }",
    "minimise = { journey-of-worst-off = 1.0 }\nslack = 0.2\n"
    "[[goal]]\nminimise = { travel = 1.0 }\nslack = 0.05\n[[goal]]\nminimise = { moved = 1.0 }",
    "minimise = { balance = 1.0 }\nslack = 0.25\n[[goal]]\nminimise = { travel = 1.0 }",
    "minimise = { travel = 1.0, balance = 40.0, journey-of-worst-off = 2.0 }",
)
"""Goals of a model: the next one after each round of the focuses."""


@dataclass(frozen=True)
class Tiny:
    """A tiny county and the model asked of it."""

    seed: int
    focus: str
    county: County
    model: str


def tiny(seed: int, *, fractional: bool = False) -> Tiny:
    """Return the county and model of a seed; a draw that the county's checks refuse is redrawn."""
    for attempt in range(50):
        draw = _Draw(seed, attempt, fractional)
        try:
            return Tiny(seed, draw.focus, draw.county(), draw.model())
        except InputError:
            continue
    raise AssertionError(f"seed {seed}: no valid county in 50 draws")


class _Draw:
    """One draw: everything random in a fixed order."""

    def __init__(self, seed: int, attempt: int, fractional: bool) -> None:
        self.rng = random.Random(1_000_003 * seed + attempt)
        self.focus = FOCUS[seed % len(FOCUS)]
        self.goals = GOALS[seed // len(FOCUS) % len(GOALS)]
        self.fractional = fractional or self.rng.random() < 0.2
        self.entrants = self.focus == "intake" or (
            self.focus in ("contiguity", "travel-soft", "locks") and self.rng.random() < 0.25
        )
        self.two_bands = self.rng.random() < 0.35
        self.bands = (
            {"primary-lower": ["1", "2"], "primary-upper": ["3"]} if self.two_bands
            else {"primary": ["1", "2", "3"]}
        )  # fmt: skip
        self._sizes()
        self.grid = [(k % 3, k // 3) for k in range(self.n)]
        self.units = [f"u{k}" for k in range(self.n)]
        self.schools = [f"s{k}" for k in range(self.m)]
        homes = self.rng.sample(range(self.n), self.m)
        if self.rng.random() < 0.03:
            homes[1] = homes[0]
        self.home = dict(zip(self.schools, homes, strict=True))
        self._pupils()
        self._grades()

    def _sizes(self) -> None:
        if self.two_bands and not self.entrants:
            self.m = self.rng.choice((2, 2, 3))
            self.n = 4 if self.m == 3 else self.rng.choice((4, 5))
        else:
            self.m = self.rng.choice((2, 3))
            self.n = self.rng.choice((5, 6, 7, 8) if self.m == 2 else (4, 5, 6, 7))

    def _pupils(self) -> None:
        most = {"class-rooms": 60, "class-size": 50, "class-large": 50}.get(self.focus, 30)
        self.pupils = {}
        for unit in self.units:
            for grade in ("1", "2", "3"):
                number = float(self.rng.randint(0, most)) if self.rng.random() < 0.9 else 0.0
                if self.fractional and number:
                    number = round(number + self.rng.random(), 2)
                self.pupils[unit, grade] = number

    def _grades(self) -> None:
        """Which grades each school serves; the first serves all."""
        self.serves = {}
        for school in self.schools:
            few = school != "s0" and self.rng.random() < 0.2
            self.serves[school] = ["1", "2"] if few and self.two_bands else ["1", "2", "3"]

    def _total(self, grade: str | None = None) -> float:
        return sum(p for (_, g), p in self.pupils.items() if grade in (None, g))

    # tables ---------------------------------------------------------------------------------

    def county(self) -> County:
        junior = self.rng.random() < 0.4
        stages = [Stage("primary", ("1", "2", "3"), self.bands if self.two_bands else {})]
        if junior:
            stages.append(Stage("junior", ("7",), {}))
        schools = self._schools()
        grades = self._school_grades(junior)
        fields: dict[str, Any] = {
            "name": "Tiny",
            "year": 2024,
            "crs": "EPSG:4544",
            "metric_crs": "EPSG:4544",
            "stages": tuple(stages),
            "units": self._units(),
            "pupils": pd.DataFrame(
                [(u, "primary", g, 2024, p) for (u, g), p in self.pupils.items()],
                columns=["unit_id", "stage", "grade", "year", "pupils"],
            ),
            "schools": schools,
            "school_stages": self._seats(),
            "school_grades": grades,
            "travel": self._travel(),
            "adjacency": self._adjacency(),
            "assignments": self._today(),
        }
        locks = self._locks()
        if len(locks):
            fields["locks"] = locks
        return County(**fields)

    def _units(self) -> Any:
        return geopandas.GeoDataFrame(
            {
                "unit_id": self.units,
                "name": self.units,
                "township": [f"T{x // 2}" for x, _ in self.grid],
            },
            geometry=[
                shapely.box(500_000 + 1000 * x, 4_000_000 + 1000 * y,
                            501_000 + 1000 * x, 4_001_000 + 1000 * y)
                for x, y in self.grid
            ],
            crs="EPSG:4544",
        )  # fmt: skip

    def _schools(self) -> Any:
        rng = self.rng
        kinds = ("complete-primary", "incomplete-primary", "teaching-point", "nine-year")
        rooms = []
        for school in self.schools:
            need = max(self._total(g) for g in "123") / self.m / 55
            number = float(math.ceil(len(self.serves[school]) * (need + rng.choice((0.2, 0.6, 1)))))
            known = self.focus in ("class-rooms", "class-multigrade") or rng.random() < 0.6
            rooms.append(number if known else math.nan)
        return geopandas.GeoDataFrame(
            {
                "school_id": self.schools,
                "name": self.schools,
                "kind": [rng.choice(kinds) for _ in self.schools],
                "township": [f"T{self.grid[h][0] // 2}" for h in self.home.values()],
                "multigrade": [
                    rng.random() < (0.6 if self.focus == "class-multigrade" else 0.15)
                    for _ in self.schools
                ],
                "rooms": rooms,
                "root_unit": [self.units[h] for h in self.home.values()],
            },
            geometry=[
                shapely.Point(500_500 + 1000 * self.grid[h][0], 4_000_500 + 1000 * self.grid[h][1])
                for h in self.home.values()
            ],
            crs="EPSG:4544",
        )  # fmt: skip

    def _seats(self) -> pd.DataFrame:
        rng = self.rng
        rows = []
        for number, school in enumerate(self.schools):
            seats = float(math.ceil(self._total() / self.m * rng.uniform(0.9, 1.7)) + 1)
            known = number == 0 or rng.random() < 0.85
            rows.append((school, "primary", seats if known else math.nan))
        return pd.DataFrame(rows, columns=["school_id", "stage", "seats"])

    def _school_grades(self, junior: bool) -> pd.DataFrame:
        rng = self.rng
        rows: list[tuple[object, ...]] = []
        for school in self.schools:
            known = rng.random() < {"class-rooms": 0.15, "class-large": 1.0}.get(self.focus, 0.6)
            patchy = rng.random() < 0.15
            for grade in self.serves[school]:
                need = self._total(grade) / self.m / 55
                classes = float(math.ceil(need + rng.choice((0, 0.3, 0.9))))
                if not known or (patchy and rng.random() < 0.5):
                    classes = math.nan
                enrolled = float(rng.randint(0, 70))
                if self.focus == "class-large" and rng.random() < 0.6:
                    enrolled = float(rng.randint(56, 150))
                if rng.random() < 0.1:
                    enrolled = math.nan
                outside = float(rng.randint(1, 5)) if rng.random() < 0.25 else 0.0
                rows.append((school, "primary", grade, classes, enrolled, outside))
            if junior and rng.random() < 0.5:
                rows.append((school, "junior", "7", rng.choice((1.0, math.nan)), 20.0, 2.0))
        columns = ["school_id", "stage", "grade", "classes", "enrolled", "outside"]
        return pd.DataFrame(rows, columns=columns)

    def _travel(self) -> pd.DataFrame:
        rng = self.rng
        rows = []
        for k, unit in enumerate(self.units):
            for school in self.schools:
                home = self.home[school]
                if k != home and rng.random() < 0.08:
                    continue
                (x, y), (a, b) = self.grid[k], self.grid[home]
                minutes = float(10 * (abs(x - a) + abs(y - b)) + rng.randint(0, 12))
                metres = float(round(1000 * math.hypot(x - a, y - b)) + rng.randint(50, 400))
                rows.append((unit, school, "walk", metres, minutes))
                if rng.random() < 0.3:
                    quick = minutes * rng.choice((0.5, 1.0, 1.5))
                    far = metres + rng.choice((-40, 0, 300))
                    rows.append((unit, school, "bus", far, quick))
        return pd.DataFrame(rows, columns=["unit_id", "school_id", "mode", "metres", "minutes"])

    def _adjacency(self) -> pd.DataFrame:
        rng = self.rng
        rows = []
        for i, (x, y) in enumerate(self.grid):
            for j in range(i + 1, self.n):
                gap = abs(x - self.grid[j][0]) + abs(y - self.grid[j][1])
                if (gap == 1 and rng.random() < 0.88) or (gap == 2 and rng.random() < 0.08):
                    rows.append((self.units[i], self.units[j], 1000.0))
        return pd.DataFrame(rows, columns=["unit_a", "unit_b", "border_metres"])

    def _today(self) -> pd.DataFrame:
        rng = self.rng
        rows = []
        for band, grades in self.bands.items():
            able = [s for s in self.schools if set(grades) <= set(self.serves[s])]
            for k, unit in enumerate(self.units):
                near = min(able, key=lambda s: self._steps(k, s))
                school = near if rng.random() < 0.7 else rng.choice(able)
                if k == 0 or rng.random() < 0.9:
                    rows.append(("today", unit, "primary", band, school))
        return pd.DataFrame(rows, columns=["plan", "unit_id", "stage", "band", "school_id"])

    def _steps(self, k: int, school: str) -> tuple[int, str]:
        (x, y), (a, b) = self.grid[k], self.grid[self.home[school]]
        return abs(x - a) + abs(y - b), school

    def _locks(self) -> pd.DataFrame:
        rng = self.rng
        rows: list[tuple[str, ...]] = []
        stage, band = rng.choice(("", "primary")), ""
        if self.two_bands and rng.random() < 0.5:
            stage, band = "primary", rng.choice(list(self.bands))
        count = rng.choice((1, 1, 2, 3)) if self.focus == "locks" else int(rng.random() < 0.1)
        among = ("must", "must-not", "must-not", "frozen", "zone")
        kinds = [rng.choice(among) for _ in range(count)]
        if self.focus == "islands" and rng.random() < 0.7:
            kinds.append("island")
        for kind in kinds:
            unit, school = rng.choice(self.units), rng.choice(self.schools)
            if kind == "zone":
                rows.append(("", stage, band, "frozen", school))
            elif kind in ("frozen", "island"):
                others = [u for k, u in enumerate(self.units) if k not in self.home.values()]
                unit = rng.choice(others) if kind == "island" and others else unit
                rows.append((unit, stage, band, kind, ""))
            else:
                rows.append((unit, stage, band, kind, school))
        return pd.DataFrame(rows, columns=["unit_id", "stage", "band", "lock", "school_id"])

    # the model ------------------------------------------------------------------------------

    def model(self) -> str:
        rng = self.rng
        rules: list[str] = []
        soft: list[str] = []
        parameters: dict[str, str] = {}
        getattr(self, "_ask_" + self.focus.split("-")[0])(rules, soft, parameters)
        spare = ["contiguity", "travel-limit"]
        spare += ["intake"] if self.entrants else ["seats", "class-size"]
        for rule in spare:
            if rule not in rules and rng.random() < 0.3:
                rules.append(rule)
                if rule != "contiguity" and rng.random() < 0.25:
                    soft.append(rule)
        if rng.random() < 0.5 and "locks" not in rules:
            rules.append("locks")
        for goal in ("travel", "journey-of-worst-off"):
            if rng.random() < 0.3 and goal in self.goals:
                parameters[goal] = 'measure = "metres"'
        lines = [f"rules = {rules!r}", f"soft = {soft!r}"]
        lines.append(f'place = "{"entrants" if self.entrants else "all"}"')
        for block, text in parameters.items():
            lines += [f"[parameters.{block}]", text]
        return "\n".join([*lines, "[[goal]]", self.goals]) + "\n"

    def _ask_seats(self, rules: list[str], soft: list[str], parameters: dict[str, str]) -> None:
        rules.append("seats")
        if self.rng.random() < 0.4:
            parameters["seats"] = f"factor = {self.rng.choice((0.9, 1.05, 1.2))}"

    def _ask_class(self, rules: list[str], soft: list[str], parameters: dict[str, str]) -> None:
        rules.append("class-size")
        if self.rng.random() < 0.3:
            soft.append("class-size")
        parameters["class-size"] = f'limit = "{self.rng.choice(("large-class", "standard"))}"'
        if self.rng.random() < 0.2:
            parameters["class-size"] += f"\npupils = {self.rng.choice((40, 62))}"

    def _ask_intake(self, rules: list[str], soft: list[str], parameters: dict[str, str]) -> None:
        rules.append("intake")
        if self.rng.random() < 0.5:
            soft.append("intake")
        if self.rng.random() < 0.4:
            parameters["intake"] = 'limit = "large-class"'

    def _ask_travel(self, rules: list[str], soft: list[str], parameters: dict[str, str]) -> None:
        rules.append("travel-limit")
        text = self.rng.choice(
            ("", "minutes = 22", "metres = 1600", "minutes = 25\nmetres = 1500",
             "minutes = { primary = 20, primary-lower = 20, primary-upper = 30 }")
        )  # fmt: skip
        if self.focus == "travel-soft":
            soft.append("travel-limit")
        if self.focus == "travel-share" or self.rng.random() < 0.2:
            text += f"\nshare = {self.rng.choice((0.6, 0.75, 0.9))}"
        parameters["travel-limit"] = text

    def _ask_utilisation(
        self, rules: list[str], soft: list[str], parameters: dict[str, str]
    ) -> None:
        rules.append("utilisation")
        if self.rng.random() < 0.4:
            soft.append("utilisation")
        low, high = self.rng.choice(((0.3, 1.1), (0.5, 1.2), (0.0, 0.95)))
        if self.rng.random() < 0.7:
            parameters["utilisation"] = f"min = {low}\nmax = {high}"

    def _ask_contiguity(
        self, rules: list[str], soft: list[str], parameters: dict[str, str]
    ) -> None:
        rules.append("contiguity")

    def _ask_islands(self, rules: list[str], soft: list[str], parameters: dict[str, str]) -> None:
        rules.append("contiguity")
        others = [u for k, u in enumerate(self.units) if k not in self.home.values()]
        if others:
            parameters["contiguity"] = f"islands = {self.rng.sample(others, 1)!r}"

    def _ask_township(self, rules: list[str], soft: list[str], parameters: dict[str, str]) -> None:
        rules.append("township")
        if self.rng.random() < 0.7:
            free = self.rng.sample([*self.units, *self.schools, "T0"], 2)
            parameters["township"] = f"except = {free!r}"

    def _ask_locks(self, rules: list[str], soft: list[str], parameters: dict[str, str]) -> None:
        rules.append("locks")

    def _ask_stability(self, rules: list[str], soft: list[str], parameters: dict[str, str]) -> None:
        rules.append("stability")
        parameters["stability"] = self.rng.choice(
            ("share = 0.2", "pupils = 45", "share = 0.35\npupils = 80")
        )

    def _ask_soft(self, rules: list[str], soft: list[str], parameters: dict[str, str]) -> None:
        rules += ["seats", "travel-limit", "utilisation"]
        soft += self.rng.sample(rules, self.rng.choice((2, 3)))
        parameters["travel-limit"] = "minutes = 18"
        parameters["seats"] = "factor = 0.7"
        parameters["utilisation"] = "min = 0.5\nmax = 0.9"
