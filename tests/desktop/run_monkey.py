"""Let the monkey of :mod:`desktop.monkey` loose for a while: ``python3 dev.py monkey --minutes 60 --seed 7``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
MODELS = TESTS.parent / "build" / "test-models" / "data" / "models"
sys.path.insert(0, str(TESTS))


def main(arguments: Sequence[str]) -> int:
    """Run for as long as asked, and say how it went. Exit status 1 if something failed, 2 where no driver can be."""
    from desktop.display import display, why_not
    from desktop.monkey import Monkey

    parser = argparse.ArgumentParser(
        prog="dev.py monkey", description="A random driver in the real program."
    )
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--models",
        type=Path,
        default=MODELS,
        help="folder of installed models; the tests' own unless given",
    )
    chosen = parser.parse_args(arguments)
    if reason := why_not():
        print(reason, file=sys.stderr)
        return 2
    if not chosen.models.is_dir():
        print("No model is there, so nothing will be suggested. “dev.py test” installs one.")
    with display() as shown, tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if chosen.models.is_dir():
            (home / "data").mkdir(parents=True)
            (home / "data" / "models").symlink_to(chosen.models.resolve())
        monkey = Monkey(shown, home, chosen.seed)
        try:
            monkey.run(60 * chosen.minutes)
        except AssertionError as error:
            print(f"seed {chosen.seed}: {error}")
            return 1
    print(f"seed {chosen.seed}: {monkey.actions} actions in {chosen.minutes:g} minutes, no failure")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
