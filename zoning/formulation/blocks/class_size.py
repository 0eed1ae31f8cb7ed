r"""Class size: no large class in any grade.

With :math:`L` pupils a class, pupils :math:`p_{ig}` of cell :math:`i` in grade :math:`g` and
pupils from outside :math:`o_{sg}`, each school falls into one of three cases.

Classes :math:`c_{sg}` known for every grade it serves (an existing large class, enrolled
:math:`e_{sg} > L c_{sg}`, may shrink but never grow):

.. math:: \sum_i p_{ig} x_{is} + o_{sg} \le \max(L c_{sg},\; e_{sg}\,[e_{sg} > L c_{sg}])

Only rooms :math:`R_s` known, with whole classes :math:`k_{sg}` formed grade by grade beside the
classes :math:`c'_s` of the school's other stages:

.. math:: \sum_i p_{ig} x_{is} + o_{sg} \le L k_{sg}, \qquad \sum_g k_{sg} \le R_s - c'_s

A multigrade school (复式班) teaches several grades in a room:

.. math:: \sum_g \Bigl(\sum_i p_{ig} x_{is} + o_{sg}\Bigr) \le L R_s

With modules of the rule `expansion`, :math:`R_s` counts their classes; where classes are known,
whole new ones :math:`k_{sg}`, as many as the modules hold, are added to :math:`c_{sg}`, and a
large class is kept only in a grade without new ones.

In another year than the county's own, classes are formed anew: schools with classes known fall into
the second case, with as many rooms as they have classes where rooms are not known.

Where neither is known the rule is skipped for the school and the plan says so.
Source: class sizes of GB 50099-2011, 3.0.1; large classes (大班额) of more than 55 pupils.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np

from zoning.county.vocabulary import POINTS
from zoning.formulation.block import Block, Settings, choice, fill, grade_loads, number
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import ClassFormation, Growth, Tag
from zoning.problem.arrays import Bools, Floats, Problem
from zoning.standards import Standards


def pupils_a_class(
    block: str, problem: Problem, settings: Settings, standards: Standards
) -> dict[str, object]:
    """Resolve ``limit`` ("standard" or "large-class") to pupils a class, by stage and kind.

    A planner may state ``pupils`` (one number, or a table by stage and kind) instead.
    """
    limit = choice(block, "limit", settings["limit"], ("standard", "large-class"))
    stated = settings.get("pupils")
    if stated is not None:
        table = stated if isinstance(stated, dict) else {problem.stage: stated}
        sizes = {str(k): number(block, "pupils", v, low=1.0) for k, v in table.items()}
        if problem.stage == "primary":
            sizes.setdefault("incomplete-primary", sizes.get("primary", np.inf))
        return {"limit": limit, "pupils": sizes}
    prefix = "class-size" if limit == "standard" else "large-class"
    own = standards.get(f"{prefix}.{problem.stage}")
    if own is None:
        return {"limit": limit, "pupils": {}}
    sizes = {problem.stage: float(own.value)}
    if problem.stage == "primary":
        small = standards.get("class-size.incomplete-primary") if limit == "standard" else None
        sizes["incomplete-primary"] = float(small.value) if small else float(own.value)
    return {"limit": limit, "pupils": sizes}


def size_by_school(problem: Problem, settings: Settings) -> Floats:
    """Pupils a class of each school; infinite where no standard is stated."""
    sizes = settings["pupils"]
    assert isinstance(sizes, dict)
    usual = float(sizes.get(problem.stage, np.inf))
    small = float(sizes.get("incomplete-primary", usual))
    return np.array([small if kind in POINTS else usual for kind in problem.schools.kind])


class ClassSize(Block):
    """Every grade fits its classes, or its classes fit the rooms."""

    name = "class-size"
    parameters: ClassVar[Settings] = {"limit": "large-class", "pupils": None}
    can_be_soft = True

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Take pupils a class from the standards."""
        return pupils_a_class(self.name, problem, {**self.parameters, **settings}, standards)

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Sort the schools into the cases and limit each."""
        if problem.place == "entrants":
            builder.note("class-size: not used where only entrants are placed; the rule intake is")
            return
        size = size_by_school(problem, settings)
        case = Cases(problem, size)
        if case.unknown.any():
            builder.note(
                "class-size: schools not checked (neither classes nor rooms known): "
                f"{int(case.unknown.sum())}"
            )
        self._new_classes(problem, builder, size, case.by_grade)
        self._by_grade(problem, builder, size, case.by_grade, soft)
        self._multigrade(problem, builder, size, case.multigrade, soft)
        if case.by_rooms.any():
            rooms = problem.schools.rooms - problem.schools.other_classes
            _form_classes(
                builder,
                ClassFormation(
                    load=problem.pupils_by_grade,
                    outside=problem.schools.outside,
                    size=size,
                    rooms=fill(np.maximum(rooms, 0.0), case.by_rooms),
                ),
                soft=soft,
            )

    def _by_grade(
        self, problem: Problem, builder: Builder, size: Floats, where: Bools, soft: bool
    ) -> None:
        schools = problem.schools
        for g, load in grade_loads(problem):
            taught = where & schools.serves_grade[:, g]
            room = np.where(
                taught, np.where(taught, size, 0.0) * np.nan_to_num(schools.classes[:, g]), np.inf
            )
            enrolled = np.nan_to_num(schools.enrolled[:, g])
            room = np.where(taught & (enrolled > room), enrolled, room) - schools.outside[:, g]
            what = f"classes of grade {problem.index.grades[g]}"
            nothing = np.full(problem.school_count, -np.inf)
            builder.limit_schools(
                self.name, what, load, nothing, fill(room, taught), soft=soft,
                grows={f"classes of {problem.index.grades[g]}": np.where(taught, size, 0.0)},
            )  # fmt: skip

    def _multigrade(
        self, problem: Problem, builder: Builder, size: Floats, where: Bools, soft: bool
    ) -> None:
        schools = problem.schools
        room = np.where(where, size, 0.0) * np.nan_to_num(schools.rooms)
        room = room - schools.outside.sum(axis=1)
        nothing = np.full(problem.school_count, -np.inf)
        builder.limit_schools(
            self.name, "multigrade classes", problem.pupils, nothing, fill(room, where), soft=soft,
            grows={"classes": np.where(where, size, 0.0)},
        )  # fmt: skip

    def _new_classes(self, problem: Problem, builder: Builder, size: Floats, where: Bools) -> None:
        """Where classes are built beside known ones: to which grades they go.

        A grade whose classes are too large today keeps its pupils, or has new classes.
        """
        from scipy.sparse import csr_matrix

        schools, grades = problem.schools, problem.index.grades
        built = builder.grown({"classes": np.where(where, 1.0, 0.0)})
        used = [g for g, _ in grade_loads(problem)]
        for s, modules in built.items():
            most = sum(amount * number for _, amount, number in modules)
            taught = [g for g in used if schools.serves_grade[s, g]]
            name = problem.index.schools[s]
            columns = builder.add_columns(
                [f"new_classes_{name}_{grades[g]}" for g in taught], 0.0, most, integer=True
            )
            extras = {(0, int(c)): 1.0 for c in columns}
            extras |= {(0, c): -amount for c, amount, _ in modules}
            builder.add_rows(
                csr_matrix((1, len(problem.pairs))), extras, np.array([-np.inf]), np.zeros(1),
                [Tag(self.name, f"new classes at school {name}")],
            )  # fmt: skip
            for g, column in zip(taught, columns.tolist(), strict=True):
                key = f"classes of {grades[g]}"
                builder.growth[s].append(Growth(column, most, {key: 1.0}))
                room = size[s] * schools.classes[s, g]
                enrolled = float(np.nan_to_num(schools.enrolled[s, g]))
                if enrolled > room:
                    over = (enrolled - room) / float(size[s])
                    self._large_class(builder, s, g, column, most, over)

    def _large_class(
        self, builder: Builder, s: int, g: int, column: int, most: float, over: float
    ) -> None:
        """Pupils over the classes of a grade (as classes) stay only where it gets no new class."""
        from scipy.sparse import csr_matrix

        problem = builder.problem
        name, grade = problem.index.schools[s], problem.index.grades[g]
        split = int(
            builder.add_columns([f"split_classes_{name}_{grade}"], 0.0, 1.0, integer=True)[0]
        )
        builder.growth[s].append(Growth(split, 1.0, {f"classes of {grade}": -over}))
        builder.add_rows(
            csr_matrix((1, len(problem.pairs))), {(0, column): 1.0, (0, split): -most},
            np.array([-np.inf]), np.zeros(1),
            [Tag(self.name, f"large class of grade {grade} at school {name}")],
        )  # fmt: skip


def _form_classes(builder: Builder, formation: ClassFormation, *, soft: bool) -> None:
    """Form whole classes, grade by grade, within the rooms of each school.

    If soft, pupils beyond the classes of their grade count as violations.
    """
    problem, block = builder.problem, ClassSize.name
    grown = builder.grown({"classes": np.ones(problem.school_count)})
    rooms = formation.rooms.copy()
    for school, built in grown.items():
        rooms[school] += builder.at_most(school, built)
    if not soft:
        builder.classes.append(replace(formation, rooms=rooms))
    names, grades = problem.index.schools, problem.index.grades
    for s in np.flatnonzero(np.isfinite(formation.rooms)):
        taught = np.flatnonzero(problem.schools.serves_grade[s])
        labels = [f"classes_{names[s]}_{grades[g]}" for g in taught]
        columns = builder.add_columns(labels, 0.0, rooms[s], integer=True)
        size, open_ = formation.size[s], builder.open_column(int(s))
        for g, column in zip(taught, columns, strict=True):
            extras = {(0, int(column)): -size}
            held = formation.outside[s, g]
            if held and open_ >= 0:  # pupils from outside hold places where the school is open
                extras[(0, open_)], held = held, 0.0
            if soft:
                label = f"{block}_over_{names[s]}_{grades[g]}"
                over = int(builder.add_columns([label], 0.0, np.inf, integer=False)[0])
                extras[(0, over)] = -1.0
                builder.violation[over] = 1.0
            builder.add_rows(
                builder.school_rows(formation.load[:, g], np.array([s])),
                extras,
                np.array([-np.inf]),
                np.array([-held]),
                [Tag(block, f"classes of grade {grades[g]} at school {names[s]}")],
                structured=not soft,
            )
        builder.add_rows(
            builder.school_rows(np.zeros(problem.cells), np.array([s])),
            {(0, int(column)): 1.0 for column in columns}
            | {(0, column): -amount for column, amount, _ in grown.get(int(s), ())},
            np.array([-np.inf]),
            np.array([formation.rooms[s]]),
            [Tag(block, f"rooms at school {names[s]}")],
            structured=not soft and int(s) not in grown,
        )


class Cases:
    """Which of the cases each school falls into."""

    def __init__(self, problem: Problem, size: Floats) -> None:
        schools = problem.schools
        sized = np.isfinite(size)
        rooms_known = ~np.isnan(schools.rooms)
        classes_known = (~np.isnan(schools.classes) | ~schools.serves_grade).all(axis=1)
        self.multigrade: Bools = sized & schools.multigrade & rooms_known
        self.by_grade: Bools = sized & ~self.multigrade & classes_known
        self.by_rooms: Bools = sized & ~self.multigrade & ~classes_known & rooms_known
        self.unknown: Bools = ~(self.multigrade | self.by_grade | self.by_rooms)
