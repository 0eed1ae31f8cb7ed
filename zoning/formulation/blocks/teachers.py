r"""Teachers: no class opens without staff.

A school needs the posts :math:`n_s` of the largest of three counts, and wardens for those who
board: one post for so many pupils, :math:`r`; :math:`c` posts a class, where the ratio gives too
few; :math:`\ell` posts at least. With its classes :math:`C_s`, those that modules add :math:`k_s`,
boarding pairs :math:`B` and :math:`w` boarders a warden:

.. math::

   n_s \ge \frac{1}{r}\Bigl(\sum_i p_i x_{is} + o_s y_s\Bigr) + b_s, \qquad
   n_s \ge c\,\Bigl(C_s y_s + \sum_{k: s(k) = s} k_s m_k\Bigr) + b_s, \qquad
   n_s \ge \ell\,y_s + b_s, \\
   b_s = \frac{1}{w} \sum_{i: (i,s) \in B} p_i x_{is}, \qquad \sum_s n_s \le N

The county has the posts :math:`N` after transfers: those that the model states, or all that are
filled today, whatever becomes of their school; where no school's are known the rule is left out
and the plan says so. Of a school with several stages the part counts
that its pupils of the stage are of all its pupils today. Posts may be shared among schools, so
that they need not be whole. Classes are those of the plan's table: rooms where a school teaches
several grades in one class or where classes by grade are not known, else the classes it has; those
of upper grades count where it teaches them, :math:`y_{sb}` for :math:`y_s` (see the rule
`opening`).
Source: staff by pupils, 19 and 13.5 a post in primary and junior schools of town and country, with
posts by class for small village schools (中央编办发〔2014〕72号); no class opens without staff:
Qinghai 2024 plan, articles 7 and 12.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, all_grades, number
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Floats, Ints, Problem
from zoning.standards import Standards

USUAL = {"posts_a_class": 1.0, "boarders_a_warden": 60.0}
"""Where neither model nor standards state them: no class without a teacher, 60 boarders a post."""


class Teachers(Block):
    """Posts needed by all schools together within those of the county."""

    name = "teachers"
    parameters: ClassVar[Settings] = {
        "posts": None, "pupils_a_post": None, "posts_a_class": None, "posts_a_school": 1.0,
        "boarders_a_warden": None,
    }  # fmt: skip

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Take ratios from the standards, and check that the county's posts are known."""
        faults = all_grades(self.name, problem)
        if settings["posts"] is None:
            faults += _unknown_posts(problem)
        if faults:
            raise InputError(faults)
        found: dict[str, object] = {}
        for key in self.parameters:
            value = settings[key]
            if value is None and key != "posts":
                standard = standards.get(f"{key.replace('_', '-')}.{problem.stage}")
                value = USUAL.get(key) if standard is None else standard.value
            low = 1.0 if key in ("pupils_a_post", "boarders_a_warden") else 0.0
            found[key] = None if value is None else number(self.name, key, value, low=low)
        return found

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """A column of posts for each school, above each count, and their sum."""
        from scipy.sparse import csr_matrix

        there = posts_of_county(problem, settings)
        if np.isnan(there).any():
            builder.note("teachers: no school's posts are known, so none are counted")
            return
        schools = np.arange(problem.school_count)
        names = problem.index.schools
        posts = builder.add_columns([f"posts_{s}" for s in names], 0.0, np.inf, integer=False)
        ratio, a_class, a_school = (
            settings[key] for key in ("pupils_a_post", "posts_a_class", "posts_a_school")
        )
        assert isinstance(a_class, float) and isinstance(a_school, float)
        if isinstance(ratio, float):
            outside = problem.schools.outside.sum(axis=1)
            _above(problem, settings, builder, posts, schools, "pupils", 1.0 / ratio,
                   outside / ratio, {})  # fmt: skip
        classes = classes_by_school(problem)
        known = ~np.isnan(classes)
        moving = _moving_classes(problem)
        if a_class > 0:
            if not known.all():
                builder.note(
                    f"teachers: schools with posts by pupils alone, since their classes are not "
                    f"known: {int((~known).sum())}"
                )
            grows = {"classes": np.full(problem.school_count, a_class)}
            _above(problem, settings, builder, posts, np.flatnonzero(known), "classes", 0.0,
                   a_class * classes, grows, a_class * moving)  # fmt: skip
        always = np.where(known, a_class * (classes - moving.sum(axis=1)), 0.0)
        more = a_school > always  # else said by the classes
        least = np.full(problem.school_count, a_school)
        _above(problem, settings, builder, posts, np.flatnonzero(more), "school", 0.0, least, {})
        period, years = problem.school_period, len(problem.years)
        builder.add_rows(
            csr_matrix((years, len(problem.pairs))),
            {(int(period[s]), int(column)): 1.0 for s, column in enumerate(posts)},
            np.full(years, -np.inf), there,
            [Tag(self.name, f"posts of the county in {year}") for year in problem.years],
        )  # fmt: skip


def _above(
    problem: Problem, settings: Settings, builder: Builder, posts: Ints, schools: Ints, what: str,
    a_pupil: float, fixed: Floats, grows: dict[str, Floats], of_band: Floats | None = None,
) -> None:  # fmt: skip
    """Posts of the schools are at least one of the counts, and wardens for those who board.

    ``a_pupil`` posts a pupil and ``fixed`` posts (by school, where it is open) make the count;
    ``grows`` is what modules add to it, ``of_band`` (S x B) the part of it that goes with upper
    grades that are given away, or are not taken.
    """
    from scipy.sparse import csr_matrix

    if len(schools) == 0:
        return
    pairs, names = problem.pairs, problem.index.schools
    row_of = np.full(problem.school_count, -1, dtype=np.int64)
    row_of[schools] = np.arange(len(schools))
    weight = problem.pupils[pairs.cell] * (
        a_pupil + pairs.board / float(str(settings["boarders_a_warden"]))
    )
    used = np.flatnonzero((row_of[pairs.school] >= 0) & (weight != 0.0))
    matrix = csr_matrix(
        (weight[used], (row_of[pairs.school[used]], used)), shape=(len(schools), len(pairs))
    )
    extras = {(k, int(posts[s])): -1.0 for k, s in enumerate(schools.tolist())}
    constant = fixed[schools] if of_band is None else (fixed - of_band.sum(axis=1))[schools]
    high = 0.0 - constant
    for k, s in enumerate(schools.tolist()):
        open_ = builder.open_column(s)
        if open_ >= 0 and constant[k]:
            extras[k, open_], high[k] = constant[k], 0.0
    if of_band is not None:
        extras |= {
            (k, builder.serving_column(s, b)): float(of_band[s, b])
            for k, s in enumerate(schools.tolist())
            for b in np.flatnonzero(of_band[s]).tolist()
        }
    grown = builder.grown(grows)
    extras |= {
        (k, column): amount
        for k, s in enumerate(schools.tolist())
        for column, amount, _ in grown.get(s, ())
    }
    tags = [Tag("teachers", f"posts of school {names[s]} by {what}") for s in schools]
    builder.add_rows(matrix, extras, np.full(len(schools), -np.inf), high, tags)


def classes_by_school(problem: Problem) -> Floats:
    """Classes of the stage at each school before anything is built; NaN where unknown."""
    schools = problem.schools
    taught = np.where(schools.serves_grade, schools.classes, 0.0).sum(axis=1)
    by_rooms = schools.rooms - schools.other_classes
    together = schools.multigrade & ~np.isnan(schools.rooms)
    found: Floats = np.where(together, schools.rooms, np.where(np.isnan(taught), by_rooms, taught))
    return found


def _moving_classes(problem: Problem) -> Floats:
    """Classes (S x B) of the bands that an open school may be without; 0 where not known."""
    schools = problem.schools
    moving = np.zeros(schools.serves.shape)
    taught = np.where(schools.serves_grade, schools.classes, 0.0)
    by_grade = ~np.isnan(taught).any(axis=1) & ~(schools.multigrade & ~np.isnan(schools.rooms))
    here = schools.movable & by_grade[:, None]
    moving[here] = schools.upper_classes[here]
    return moving


def posts_of_county(problem: Problem, settings: Settings) -> Floats:
    """Posts for the stage over the whole county, by year; NaN if no school's are known."""
    years = len(problem.years)
    if settings["posts"] is not None:
        return np.full(years, float(str(settings["posts"])))
    assert problem.facilities is not None
    standing = ~problem.schools.candidate
    if np.isnan(problem.facilities.staff[standing]).all():
        return np.full(years, np.nan)
    own = np.nan_to_num(problem.schools.enrolled).sum(axis=1)
    other = problem.facilities.other_pupils
    every = np.where(own + other > 0, own + other, 1.0)
    share = np.where(other > 0, own / every, 1.0)
    filled = np.where(standing, share * np.nan_to_num(problem.facilities.staff), 0.0)
    found = np.bincount(problem.school_period, weights=filled, minlength=years)
    return found.astype(np.float64)


def _unknown_posts(problem: Problem) -> list[Fault]:
    """Schools that stand and whose posts the county does not state, where it states others."""
    assert problem.facilities is not None
    blank = np.flatnonzero(~problem.schools.candidate & np.isnan(problem.facilities.staff))
    if len(blank) in (0, (~problem.schools.candidate).sum()):
        return []
    return [
        Fault("error", "schools", "column staff",
              "the posts of every school that stands (rule teachers)",
              f"none for {len(blank)}, such as {problem.index.schools[blank[0]]}",
              "fill the column, or state the county's total as teachers.posts")
    ]  # fmt: skip
