"""The rules, one file each. ``register`` adds one that a planner wrote."""

from __future__ import annotations

from zoning.formulation.block import Block
from zoning.formulation.blocks.areas import Areas
from zoning.formulation.blocks.boarding import Boarding
from zoning.formulation.blocks.budget import Budget
from zoning.formulation.blocks.buses import Buses
from zoning.formulation.blocks.class_size import ClassSize
from zoning.formulation.blocks.companions import Companions
from zoning.formulation.blocks.contiguity import ContiguityBlock
from zoning.formulation.blocks.expansion import Expansion
from zoning.formulation.blocks.feeders import Feeders
from zoning.formulation.blocks.intake import Intake
from zoning.formulation.blocks.keep_isolated import KeepIsolated
from zoning.formulation.blocks.locks import LocksBlock
from zoning.formulation.blocks.no_duplicate import NoDuplicate
from zoning.formulation.blocks.one_per_township import OnePerTownship
from zoning.formulation.blocks.opening import OpeningBlock
from zoning.formulation.blocks.overflow import Overflow
from zoning.formulation.blocks.receive_first import ReceiveFirst
from zoning.formulation.blocks.receivers import Receivers
from zoning.formulation.blocks.school_size import SchoolSize
from zoning.formulation.blocks.seats import Seats
from zoning.formulation.blocks.shared_zones import SharedZones
from zoning.formulation.blocks.stability import Stability
from zoning.formulation.blocks.teachers import Teachers
from zoning.formulation.blocks.township import Township
from zoning.formulation.blocks.travel_limit import TravelLimit
from zoning.formulation.blocks.utilisation import Utilisation
from zoning.formulation.blocks.vetoes import Vetoes

BLOCKS: dict[str, Block] = {
    block.name: block
    for block in (
        Seats(), ClassSize(), Intake(), TravelLimit(), Utilisation(), ContiguityBlock(),
        Township(), LocksBlock(), Stability(), OpeningBlock(),
        Expansion(), Vetoes(), KeepIsolated(), Receivers(), SchoolSize(), Budget(),
        Boarding(), Areas(), Companions(), Feeders(),
        SharedZones(), Overflow(),
        Teachers(), Buses(), ReceiveFirst(), OnePerTownship(), NoDuplicate(),
    )
}  # fmt: skip

SHIPPED = tuple(BLOCKS)
"""Names of the rules that come with the library."""


def register(block: Block) -> None:
    """Make a rule of the planner's own known by its name, for models that list it."""
    BLOCKS[block.name] = block
