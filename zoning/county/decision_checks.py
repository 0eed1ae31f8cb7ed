"""The tables of decisions: each row must name what exists, and no two may contradict each other."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from zoning.county.checks import bands_served
from zoning.county.schema import SCHEMA
from zoning.county.school_checks import filled, where
from zoning.county.vocabulary import COMPLETE, POINTS, STAGES

if TYPE_CHECKING:
    from zoning.county.draft import Draft

__all__ = ["check_decisions"]

_STATUS_OF: Final = {
    "open": ("candidate",),
    "restore": ("suspended",),
    "expand": ("existing", "candidate", "suspended"),
}
"""The status of schools about which a thing can be decided: those that stand, if not named."""
_KIND_OF: Final = {"downgrade": COMPLETE, "upgrade": POINTS}
_ADDED: Final = (
    "classes",
    "seats",
    "beds",
    "canteen",
    "building_area",
    "sports_area",
    "site_area",
)


def check_decisions(draft: Draft, year: object) -> None:
    """Check the tables of decisions; adds to the draft's findings.

    Args:
        draft: the tables.
        year: the county's year, as it was stated.
    """
    _check_vetoes(draft)
    _check_groups(draft)
    if isinstance(year, int):
        _check_years(draft, year)
    if not draft.usable("schools", "school_id", "status"):
        return
    if draft.usable("school_grades", "school_id", "stage", "grade"):
        serving = _Serving(draft)
        _check_school_years(draft, serving)
        _check_expansions(draft, serving)
        _check_receivers(draft, serving)
        _check_housing(draft, serving)
        _check_feeders(draft, serving)
        _check_shared_zones(draft, serving)


class _Serving:
    """Which school teaches what; schools that are not known teach everything, to be said once."""

    def __init__(self, draft: Draft) -> None:
        self._known = draft.ids("schools", "school_id")
        grades = draft.tables["school_grades"][["school_id", "stage"]].drop_duplicates()
        self._stages = set(grades.itertuples(index=False, name=None))
        self._bands: dict[str, set[tuple[str, str]]] = {}
        for school, stage, band in bands_served(draft).itertuples(index=False, name=None):
            self._bands.setdefault(school, set()).add((stage, band))
        schools = draft.tables["schools"]
        self._opens = dict(zip(schools["school_id"], schools["opens"], strict=True))

    def stages(self, school: str) -> int:
        """Return in how many stages the school has grades."""
        return sum(who == school for who, _ in self._stages)

    def teaches(self, school: str, stage: str) -> bool:
        """Return whether the school has grades of the stage."""
        return school not in self._known or (school, stage) in self._stages

    def share_a_band(self, one: str, other: str) -> bool:
        """Return whether both schools take a band."""
        if not {one, other} <= self._known:
            return True
        return bool(self._bands.get(one, set()) & self._bands.get(other, set()))

    def opens(self, school: str) -> float:
        """Return the first year in which a site can be open; NaN if it may be at once."""
        return float(self._opens.get(school, float("nan")))


def _each(
    draft: Draft, table: str, expected: str, found: Callable[[pd.Series], str], remedy: str
) -> None:
    """Look at each row of a small table; `found` says what is wrong with it, or nothing."""
    frame = draft.tables[table]
    texts = [found(row) for _, row in frame.iterrows()]
    wrong = np.array([bool(text) for text in texts], dtype=bool)
    draft.findings.rows(SCHEMA[table], frame, wrong, expected, texts.__getitem__, remedy)


def _check_vetoes(draft: Draft) -> None:
    if not draft.usable("vetoes", "school_id", "action", "from_year", "until_year"):
        return
    _each(
        draft,
        "vetoes",
        "from_year no later than until_year",
        lambda row: (
            f"{row['from_year']:g} until {row['until_year']:g}"
            if row["from_year"] > row["until_year"]
            else ""
        ),
        "correct the years; both are included",
    )
    if not draft.usable("schools", "school_id", "status", "kind"):
        return
    about = draft.tables["schools"].drop_duplicates("school_id").set_index("school_id")

    def idle(row: pd.Series) -> str:
        if row["school_id"] not in about.index:
            return ""
        school, action = about.loc[row["school_id"]], row["action"]
        if school["status"] not in _STATUS_OF.get(action, ("existing",)):
            return f"{action!r} at a school whose status is {school['status']!r}"
        if school["kind"] not in _KIND_OF.get(action, (school["kind"],)):
            return f"{action!r} at a school of kind {school['kind']!r}"
        return ""

    _each(
        draft,
        "vetoes",
        "an action that could be decided about the school",
        idle,
        "correct the action or the school: sites open, suspended schools are restored, complete "
        "primary schools are downgraded, points upgraded, schools that stand closed",
    )


def _check_groups(draft: Draft) -> None:
    if not draft.usable("groups", "group", "protected", "placed"):
        return
    _each(
        draft,
        "groups",
        "a group that is placed, if it is protected from being diverted",
        lambda row: "protected, and not placed" if row["protected"] and not row["placed"] else "",
        "correct one of the two",
    )
    if draft.usable("pupils", "group"):
        frame = draft.tables["groups"]
        draft.findings.rows(
            SCHEMA["groups"],
            frame,
            ~where(frame, "group", *draft.ids("pupils", "group")),
            "a group that occurs in pupils",
            lambda row: repr(frame["group"].iloc[row]),
            "nothing, if there are no such children yet; else correct the word",
            severity="warning",
        )


def _check_years(draft: Draft, year: int) -> None:
    """What holds this year stands in the table of schools; what comes, comes later."""
    if draft.usable("school_years", "year"):
        _each(
            draft,
            "school_years",
            f"a year after {year}, the county's year",
            lambda row: f"{row['year']}" if row["year"] <= year else "",
            "state what holds in the county's year in the tables schools and school_stages",
        )
    if draft.usable("housing", "year"):
        _each(
            draft,
            "housing",
            f"{year}, the county's year, or a later one",
            lambda row: f"{row['year']}" if row["year"] < year else "",
            "correct the year, or remove the row: who lives there already is counted in pupils",
        )


def _check_school_years(draft: Draft, serving: _Serving) -> None:
    shared = ("rooms", "beds", "canteen", "staff")
    if not draft.usable("school_years", "school_id", "stage", "seats", *shared):
        return
    frame = draft.tables["school_years"]
    seats = frame["seats"].notna().to_numpy(dtype=bool)
    others = frame[list(shared)].notna().any(axis=1).to_numpy(dtype=bool)
    staged = (frame["stage"] != "").to_numpy(dtype=bool)
    draft.findings.rows(
        SCHEMA["school_years"],
        frame,
        (staged & (~seats | others)) | (~staged & (seats | ~others)),
        "seats in a row with a stage; rooms, beds, canteen or staff in one without",
        lambda row: "a stage" if staged[row] else "no stage",
        "part the row in two, or fill in what changes from that year on",
    )
    _each(
        draft,
        "school_years",
        "a stage for which the school has rows in school_grades, or none",
        lambda row: (
            ""
            if row["stage"] == "" or serving.teaches(row["school_id"], row["stage"])
            else row["stage"]
        ),
        "correct the stage, or add the grades to school_grades",
    )


def _check_expansions(draft: Draft, serving: _Serving) -> None:
    if not draft.usable("expansions", "school_id", *_ADDED):
        return
    frame = draft.tables["expansions"]
    draft.findings.rows(
        SCHEMA["expansions"],
        frame,
        ~filled(frame, *_ADDED),
        f"a module that adds something: {', '.join(_ADDED)}",
        "nothing added",
        "state what one module adds, or remove the row",
    )
    _each(
        draft,
        "expansions",
        "seats only at a school of one stage",
        lambda row: (
            f"{row['seats']:g} seats at a school of several"
            if row["seats"] > 0 and serving.stages(row["school_id"]) > 1
            else ""
        ),
        "state classes and leave seats blank: they follow from the class sizes",
    )


def _check_receivers(draft: Draft, serving: _Serving) -> None:
    if not draft.usable("receivers", "school_id", "purpose", "receiver"):
        return
    schools = draft.tables["schools"]
    closed = set(schools.loc[schools["status"] != "existing", "school_id"])

    def wrong(row: pd.Series) -> str:
        if row["school_id"] == row["receiver"]:
            return "the school itself"
        if row["purpose"] == "merge" and row["school_id"] in closed:
            return f"a receiver for {row['school_id']}, which does not stand"
        if not serving.share_a_band(row["school_id"], row["receiver"]):
            return f"{row['receiver']}, which takes no band that {row['school_id']} teaches"
        return ""

    _each(
        draft,
        "receivers",
        "another school that takes the same grades, for a school that stands",
        wrong,
        "correct the receiver or the school",
    )


def _check_housing(draft: Draft, serving: _Serving) -> None:
    if not draft.usable("housing", "stage", "year", "dwellings", "children", "companion"):
        return
    frame = draft.tables["housing"]
    draft.findings.rows(
        SCHEMA["housing"],
        frame,
        frame[["dwellings", "children"]].isna().all(axis=1).to_numpy(dtype=bool),
        "dwellings or children",
        "neither",
        "state how many children of the stage are expected, or how many dwellings",
    )

    def late(row: pd.Series) -> str:
        site = row["companion"]
        if site == "":
            return ""
        if not serving.teaches(site, row["stage"]):
            return f"{site}, which has no grades of {row['stage']}"
        if serving.opens(site) > row["year"]:
            return f"{site}, which opens in {serving.opens(site):g}, and delivery in {row['year']}"
        return ""

    _each(
        draft,
        "housing",
        "a companion school that teaches the stage and can be open on delivery",
        late,
        "correct the companion, its opens in schools, or the year",
    )


def _check_feeders(draft: Draft, serving: _Serving) -> None:
    if not draft.usable("feeders", "school_id", "stage", "feeds"):
        return
    order = [stage for stage in STAGES if stage in draft.stages]
    following = dict(pairwise(order))

    def wrong(row: pd.Series) -> str:
        school, stage, feeds = row["school_id"], row["stage"], row["feeds"]
        if stage not in draft.stages:
            return ""  # said already
        if stage not in following:
            return f"{stage}, after which the county has no stage"
        if not serving.teaches(school, stage):
            return f"{school}, which has no grades of {stage}"
        if school == feeds:
            return f"{school} itself, which keeps its own pupils without a row"
        if not serving.teaches(feeds, following[stage]):
            return f"{feeds}, which has no grades of {following[stage]}"
        return ""

    _each(
        draft,
        "feeders",
        "a school of the stage, and another of the next stage that takes its graduates",
        wrong,
        "correct the schools or the stage, or remove the row",
    )


def _check_shared_zones(draft: Draft, serving: _Serving) -> None:
    if not draft.usable("shared_zones", "zone", "stage", "school_id"):
        return
    frame = draft.tables["shared_zones"]
    sizes = frame.groupby(["zone", "stage"])["school_id"].transform("nunique")
    zones = frame.groupby(["stage", "school_id"])["zone"].transform("nunique")
    draft.findings.rows(
        SCHEMA["shared_zones"],
        frame,
        (sizes < 2).to_numpy(dtype=bool),
        "two schools or more that share a zone",
        "one",
        "add the other school, or remove the row",
    )
    draft.findings.rows(
        SCHEMA["shared_zones"],
        frame,
        (zones > 1).to_numpy(dtype=bool),
        "every school in one shared zone of a stage at most",
        lambda row: f"{frame['school_id'].iloc[row]} in several",
        "remove it from all zones but one, or make them one zone",
    )
    draft.findings.rows(
        SCHEMA["shared_zones"],
        frame,
        where(frame, "zone", *draft.ids("schools", "school_id")),
        "a name that no school has as its id",
        lambda row: repr(frame["zone"].iloc[row]),
        "name the zone otherwise",
    )
    _each(
        draft,
        "shared_zones",
        "schools with grades of the stage",
        lambda row: "" if serving.teaches(row["school_id"], row["stage"]) else row["school_id"],
        "correct the school or the stage, or add the grades to school_grades",
    )
