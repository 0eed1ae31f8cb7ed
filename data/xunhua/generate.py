"""Draw a model county like Xunhua and write it as a county folder.

Usage: ``python generate.py --seed 1 --out DIR [--source FACTS_DIR]``

The real facts are read from ``facts/`` beside this script, or from another folder of the same
form.  The same seed gives the same files, byte for byte.  README.md explains the model.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for what counties share

from county_model.facts import read_facts
from county_model.write import write_county
from xunhua_model.check import nearest_overfull_share
from xunhua_model.draw import build
from xunhua_model.extend import extend
from xunhua_model.model import Model

METRIC_CRS = "EPSG:4543"  # CGCS2000, 3-degree zone around 102 E


def generate(seed: int, out: Path, source: Path) -> Model:
    """Draw the county of a seed and write it to ``out``; nothing is written if that fails.

    Raises:
        ValueError: if no county drawn from the seed keeps its promises.
    """
    model = build(read_facts(source, METRIC_CRS), seed)
    name = f"循化撒拉族自治县(模拟)/ Xunhua (modelled, seed {seed})"
    write_county(extend(model), out, name)
    return model


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Draw a model county like Xunhua.")
    parser.add_argument("--seed", type=int, required=True, help="a whole number, 0 or more")
    parser.add_argument("--out", type=Path, required=True, help="county folder to write")
    parser.add_argument(
        "--source", type=Path, default=Path(__file__).parent / "facts", help="folder of facts"
    )
    arguments = parser.parse_args()
    model = generate(arguments.seed, arguments.out, arguments.source)
    schools, pupils = len(model.sites.complete), model.children.sum()
    print(f"{len(model.xy)} units, {pupils} pupils")
    print(f"{schools} complete primary schools, {len(model.sites.points)} teaching points")
    print(f"seats / pupils {model.capacity.seats.sum() / pupils:.3f}")
    print(f"too full if all went to the nearest school: {nearest_overfull_share(model):.0%}")


if __name__ == "__main__":
    main()
