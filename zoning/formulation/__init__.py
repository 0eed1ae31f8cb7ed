"""The mathematics: one file a rule, one file a goal, put together by a model."""

from zoning.formulation.block import Block, Goal, Objective
from zoning.formulation.blocks import register
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.formulation.formulate import Formulation, formulate
from zoning.formulation.goals import register_goal
from zoning.formulation.model_file import Model, load_model, model_names

__all__ = [
    "Block", "Builder", "Formulation", "Goal", "Model", "Objective", "Tag",
    "formulate", "load_model", "model_names", "register", "register_goal",
]  # fmt: skip
