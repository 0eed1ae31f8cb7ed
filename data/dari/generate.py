"""Draw a model county like Dari and write it as a county folder.

Usage: ``python generate.py --seed 1 --out DIR [--source FACTS_DIR]``

The real facts are read from ``facts/`` beside this script, or from another folder of the same
form.  The same seed gives the same files, byte for byte.  README.md explains the model.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for what counties share

from county_model.drawn import Drawn, boarders
from county_model.facts import read_facts
from county_model.write import write_county
from dari_model.draw import build

METRIC_CRS = "EPSG:4542"  # CGCS2000, 3-degree zone around 99 E


def generate(seed: int, out: Path, source: Path) -> Drawn:
    """Draw the county of a seed and write it to ``out``; nothing is written if that fails.

    Raises:
        ValueError: if no county drawn from the seed keeps its promises.
    """
    drawn = build(read_facts(source, METRIC_CRS), seed)
    write_county(drawn, out, f"达日县(模拟)/ Dari (modelled, seed {seed})")
    return drawn


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Draw a model county like Dari.")
    parser.add_argument("--seed", type=int, required=True, help="a whole number, 0 or more")
    parser.add_argument("--out", type=Path, required=True, help="county folder to write")
    parser.add_argument(
        "--source", type=Path, default=Path(__file__).parent / "facts", help="folder of facts"
    )
    arguments = parser.parse_args()
    drawn = generate(arguments.seed, arguments.out, arguments.source)
    pupils, plan = drawn.pupils[0], drawn.plans["witness"]
    asleep = boarders(plan, drawn.minutes, pupils, len(drawn.schools)).sum()
    print(f"{len(drawn.xy)} units, {pupils.sum()} pupils of grades 1 to 9")
    print(f"{asleep / pupils.sum():.0%} of them board in the witness plan")
    print(f"{len(drawn.exempt())} units whose young children may board")


if __name__ == "__main__":
    main()
