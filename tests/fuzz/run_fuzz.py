"""Mutates valid inputs of every reader for a while: ``python3 dev.py fuzz --minutes 10 --seed 7``.

Every reader must give a value or refuse in a sentence, within half a minute. Prints a table; inputs that make one fail
are kept in build/fuzz. The exit status is 1 if there was any.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
KEPT = TESTS.parent / "build" / "fuzz"
sys.path.insert(0, str(TESTS))


def main(arguments: Sequence[str]) -> int:
    """Run, print, and say with the exit status whether all held."""
    from fuzz.campaign import fuzz, save
    from fuzz.readers import READERS

    parser = argparse.ArgumentParser(prog="dev.py fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="for each reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", default="", help="only those whose name contains this")
    chosen = parser.parse_args(arguments)
    failed = 0
    print(f"{'reader':<26} {'runs':>8} {'refused':>8} {'slowest':>9} {'failures':>9}")
    for reader in READERS:
        if chosen.reader not in reader.name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            result = fuzz(reader, chosen.seed, Path(folder), seconds=60 * chosen.minutes)
        failed += len(result.failures)
        slowest = f"{result.slowest_s:.2f} s"
        counts = f"{result.runs:>8,} {result.refused:>8,} {slowest:>9} {len(result.failures):>9}"
        print(f"{reader.name:<26} {counts}", flush=True)
        for what, file in zip(result.failures, save(result, KEPT), strict=False):
            print(f"    {what}\n    {file}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
