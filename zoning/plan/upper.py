"""What a plan does with upper grades: schools that give them away, and schools that take some."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from zoning.county.vocabulary import COMPLETE, POINTS
from zoning.plan.tables import today_schools

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["UpperGrades"]


class UpperGrades:
    """Bands that schools teach by the county's tables, and those of which a plan gives them units.

    A school teaches a band if it lists every grade of it. Bands are in the order of the stage, and
    only those that the plan places.
    """

    def __init__(self, county: County, assignment: pd.DataFrame, stage: str) -> None:
        """Gather them for all schools of the stage."""
        self.county, self.stage = county, stage
        self.bands = [b for b in county.stage(stage).bands if b in set(assignment["band"])]
        self.used = set(zip(assignment["school_id"], assignment["band"], strict=True))
        about = county.schools
        self._standing = dict(zip(about["school_id"], about["status"] == "existing", strict=True))
        self._kind = dict(zip(about["school_id"], about["kind"], strict=True))

    @cached_property
    def teaches(self) -> set[tuple[str, str]]:
        """(School, band) of every grade listed."""
        grades = self.county.school_grades
        own = grades[grades["stage"] == self.stage].groupby("school_id")["grade"].apply(set)
        bands = self.county.stage(self.stage).bands
        return {
            (str(school), band)
            for school, taught in own.items()
            for band, needed in bands.items()
            if set(needed) <= taught
        }

    def gone(self, school: str) -> list[str]:
        """Bands of a complete school that it gives away; it keeps those below."""
        if self._kind[school] not in COMPLETE or not self._standing[school]:
            return []
        taught = [band for band in self.bands if (school, band) in self.teaches]
        kept = [band for band in taught if (school, band) in self.used]
        whole = len(kept) == len(taught) or kept != taught[: len(kept)] or not kept
        return [] if whole else taught[len(kept) :]

    def taken(self, school: str) -> list[str]:
        """Bands that a small school takes although nobody is in them, nor zoned to them, today."""
        return [band for band in self._offered(school) if (school, band) in self.used]

    def idle_grades(self, school: str) -> set[str]:
        """Grades of bands that the school gives away, or could have taken."""
        left = [band for band in self._offered(school) if (school, band) not in self.used]
        of = self.county.stage(self.stage).bands
        return {grade for band in [*self.gone(school), *left] for grade in of[band]}

    def _offered(self, school: str) -> list[str]:
        """Bands that a small school could take."""
        if self._kind[school] not in POINTS or not self._standing[school]:
            return []
        taught = [band for band in self.bands if (school, band) in self.teaches]
        return [
            band for band in taught[1:]
            if (school, band) not in self._today and self._nobody(school, band)
        ]  # fmt: skip

    @cached_property
    def _today(self) -> set[tuple[str, str]]:
        table = today_schools(self.county, self.stage)
        return set(zip(table["from_school"], table["band"], strict=True))

    def _nobody(self, school: str, band: str) -> bool:
        """True if it is known that nobody is enrolled in the band."""
        table = self.county.school_grades
        own = table[(table["school_id"] == school) & (table["stage"] == self.stage)]
        wanted = self.county.stage(self.stage).bands[band]
        return bool((own.loc[own["grade"].isin(wanted), "enrolled"] == 0).all())
