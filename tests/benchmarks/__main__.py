"""Print the table of ratios: `python -m tests.benchmarks [--only NAME ...] [--rounds N]`."""

# ruff: noqa: T201 - a command prints
from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Sequence

import botocore
import moto

from tests.benchmarks.measures import MEASURES

ROW = "{what:<58} {target:>8} {measured:>9} {times:>23}  {verdict}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a row for each figure, and return 1 if a target was missed."""
    names = [measure.name for measure in MEASURES]
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=names, help="only this measure")
    parser.add_argument("--rounds", type=int, help="how many rounds, the same for every measure")
    options = parser.parse_args(arguments)
    print(
        f"Python {platform.python_version()}, botocore {botocore.__version__}, "
        f"Moto {moto.__version__}; the median of rounds measured in turns\n"
    )
    print(
        ROW.format(
            what="measure",
            target="at most",
            measured="measured",
            times="ours / the other side",
            verdict="",
        )
    )
    missed = 0
    for measure in MEASURES:
        if options.only and measure.name not in options.only:
            continue
        rows = measure.run(options.rounds or measure.rounds)
        for number, (name, ratio) in enumerate(rows):
            if name and number == 0:
                print(measure.title)
            met = ratio.ratio <= measure.target
            missed += not met
            print(
                ROW.format(
                    what=f"  {name}" if name else measure.title,
                    target=f"{measure.target:.3g}",
                    measured=f"{ratio.ratio:.3g}",
                    times=f"{ratio.ours * 1000:.3f} / {ratio.theirs * 1000:.3f} ms",
                    verdict="met" if met else "MISSED",
                ),
                flush=True,
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
