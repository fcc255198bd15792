"""Is another version of the program as fast and as small as the one before? Two checkouts, measured in turn.

Every measurement is a process of its own that uses the checkout's own program and the checkout's own benchmarks. Within
a pair each question is asked of both, one right after the other, and the pairs alternate: before and after, then after
and before. What counts is the ratio within each pair, the median of these, and a 95 % bootstrap interval of it; above 1
is worse, also for training, where it is the ratio of the times.

After every question the results so far are written to FILE: a run that was ended goes on with ``--resume``. One run of
each side goes before and is not counted: it compiles what both keep compiled.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from _common import Report, Row, existing_folder, home_with_model, make_parser

BOUND = 1.05
RESAMPLES = 10_000
SEED = 19
PATIENCE_S = 300
SIDES = ("before", "after")
ONE_SIDE = Path(__file__).with_name("_one_side.py").resolve()
Samples = dict[str, list[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure that is compared: what one of the ``runs`` reports under ``figure``."""

    name: str
    unit: str
    run: str
    figure: str
    more_is_better: bool = False


# What is run in a checkout, with paths from its root; --models-dir and --json are added.
RUNS: dict[str, tuple[str, ...]] = {
    "answers": ("-P", str(ONE_SIDE), "answers"),
    "keys": ("benchmarks/key_to_paint.py", "--keys", "100"),
    "start": ("benchmarks/startup.py", "--runs", "1"),
    "memory": ("-P", str(ONE_SIDE), "memory"),
    "training": ("benchmarks/training_speed.py", "--rounds", "1"),
    "window": ("-P", str(ONE_SIDE.with_name("_window_time.py"))),
}
# These start the program once before what counts, and need no decoding step.
WARM_BY_THEMSELVES = {"start", "window"}
# With the second one each start would compile every module again: no installed program does.
NOT_PASSED_ON = ("COWRITE_HOME", "PYTHONDONTWRITEBYTECODE")
# Compiles the decoding step in the checkout, for all of them.
WARM_UP = "training"
MEASURES = (
    Measure(name="turn", unit="ms", run="answers", figure="turn, ms"),
    Measure(name="first-word", unit="ms", run="answers", figure="first word, ms"),
    Measure(name="key-to-paint", unit="ms", run="keys", figure="key to paint, ms, p50"),
    Measure(name="startup", unit="ms", run="start", figure="first key on screen, ms"),
    Measure(name="memory", unit="MB", run="memory", figure="memory, MB"),
    Measure(
        name="training-speed",
        unit="tokens/s",
        run="training",
        figure="training, tokens/s",
        more_is_better=True,
    ),
    Measure(name="startup-cpu", unit="ms", run="window", figure="start, ms of the processor"),
    Measure(name="key-cpu", unit="ms", run="window", figure="key, ms of the processor"),
)


def checkout(name: str) -> Path:
    """The type of an option that names a checkout of Cowrite."""
    path = existing_folder(name).resolve()
    if not (path / "cowrite").is_dir() or not (path / "benchmarks" / "_common.py").is_file():
        raise argparse.ArgumentTypeError(f"{name} is no checkout of Cowrite.")
    return path


def version_of(path: Path) -> str:
    """The commit that is checked out in ``path``, with “-dirty” if files of it differ; “” if Git does not say."""
    command = ["git", "-C", str(path), "describe", "--always", "--dirty", "--exclude=*"]
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def measure_once(path: Path, run: str, models_dir: Path) -> dict[str, float]:
    """The figures of one run in the checkout ``path``. Ends this process with a sentence if the run fails."""
    with tempfile.TemporaryDirectory(prefix="cowrite-bench-") as folder:
        found = Path(folder) / "figures.json"
        command = [
            sys.executable,
            *RUNS[run],
            "--models-dir",
            str(models_dir),
            "--json",
            str(found),
        ]
        environ = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
        environ["PYTHONPATH"] = os.pathsep.join([str(path), str(path / "benchmarks")])
        try:
            done = subprocess.run(
                command, cwd=path, env=environ, capture_output=True, text=True, timeout=PATIENCE_S
            )
        except subprocess.TimeoutExpired:
            sys.exit(f"{run} in {path} was not done within {PATIENCE_S} s.")
        if done.returncode or not found.exists():
            last = "\n".join(done.stderr.strip().splitlines()[-8:])
            sys.exit(f"{run} in {path} ended with status {done.returncode}:\n{last}")
        return dict(json.loads(found.read_text("utf-8"))["figures"])


def measure_pair(
    number: int, run: str, paths: Mapping[str, Path], models_dir: Path
) -> dict[str, dict[str, float]]:
    """Both sides' figures of one run; odd pairs begin with the later side, so that a drift hits both alike."""
    order = SIDES if number % 2 == 0 else SIDES[::-1]
    return {side: measure_once(paths[side], run, models_dir) for side in order}


def ratios(measure: Measure, samples: Samples) -> list[float]:
    """Of each pair; above 1 the later version is worse."""
    pairs = zip(*(samples[f"{measure.name}, {side}"] for side in SIDES), strict=True)
    if measure.more_is_better:
        return [before / after for before, after in pairs]
    return [after / before for before, after in pairs]


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of the median (Efron 1979), with a fixed seed."""
    chance = random.Random(SEED)
    medians = sorted(
        statistics.median(chance.choices(values, k=len(values))) for _ in range(RESAMPLES)
    )
    return medians[round(0.025 * (RESAMPLES - 1))], medians[round(0.975 * (RESAMPLES - 1))]


def rows_of(measure: Measure, samples: Samples) -> list[Row]:
    """The figures of one measure; none before its first pair."""
    each = ratios(measure, samples)
    if not each:
        return []
    low, high = interval(each)
    medians = {side: statistics.median(samples[f"{measure.name}, {side}"]) for side in SIDES}
    return [
        *((f"{measure.name}, {side}, {measure.unit}", medians[side], "") for side in SIDES),
        (f"{measure.name}, ratio", f"{statistics.median(each):.3f}", ""),
        (f"{measure.name}, 95 % interval", f"{low:.3f} to {high:.3f}", f"upper end <= {BOUND}"),
        (f"{measure.name}, within the bound", "yes" if high <= BOUND else "no", "yes"),
    ]


def report(samples: Samples, versions: Sequence[str]) -> Report:
    """What is known so far."""
    return Report(
        title="Before and after",
        rows=[row for measure in MEASURES for row in rows_of(measure, samples)],
        samples=samples,
        notes=[*versions, f"pairs: {pairs_of(samples)}", "above 1 is worse, also for training"],
    )


def pairs_of(samples: Samples) -> str:
    """How many pairs there are of each measure, or of all of them if it is the same number."""
    counts = {measure.name: len(samples[f"{measure.name}, after"]) for measure in MEASURES}
    counts = {name: count for name, count in counts.items() if count}
    if len(set(counts.values())) == 1:
        return str(next(iter(counts.values())))
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def earlier_samples(file: Path | None, versions: Sequence[str]) -> Samples:
    """The samples of a run that was ended, or none yet. Raises ValueError with a sentence if FILE has no such thing."""
    samples: Samples = {f"{measure.name}, {side}": [] for measure in MEASURES for side in SIDES}
    if file is None or not file.exists():
        return samples
    try:
        document = json.loads(file.read_text("utf-8"))
        notes = list(document["notes"])
        for name, values in samples.items():
            values += map(float, document["samples"][name])
        for measure in MEASURES:
            ratios(measure, samples)
    except (ValueError, TypeError, KeyError):
        raise ValueError(f"{file} holds no results of such a comparison.") from None
    if notes[: len(versions)] != list(versions):
        raise ValueError(f"{file} compares other versions; name another file.")
    return samples


def compare(options: argparse.Namespace, samples: Samples, versions: Sequence[str]) -> None:
    """Add the pairs that are missing to ``samples``, and write what is known to FILE after each."""
    runs = [run for run in RUNS if any(m.run == run and m.name in options.only for m in MEASURES)]
    paths = {side: getattr(options, side) for side in SIDES}
    with home_with_model(options.models_dir) as home:
        models_dir = home / "data" / "models"
        if not WARM_BY_THEMSELVES.issuperset(runs):
            for path in paths.values():
                measure_once(path, WARM_UP, models_dir)
        for number, run in itertools.product(range(options.pairs), runs):
            measures = [measure for measure in MEASURES if measure.run == run]
            if len(samples[f"{measures[0].name}, after"]) > number:
                continue  # of the run before this one
            found = measure_pair(number, run, paths, models_dir)
            for measure, side in itertools.product(measures, SIDES):
                samples[f"{measure.name}, {side}"].append(found[side][measure.figure])
            print(f"pair {number + 1} of {options.pairs}: {run}", file=sys.stderr)
            if options.json not in (None, "-"):
                report(samples, versions).write(Path(options.json))


def main() -> None:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0])
    for side in SIDES:
        parser.add_argument(
            f"--{side}", type=checkout, metavar="DIR", required=True, help="a checkout of Cowrite"
        )
    parser.add_argument("--pairs", type=int, default=15, metavar="N", help="how many (15)")
    parser.add_argument("--resume", action="store_true", help="go on with the results in FILE")
    names = [measure.name for measure in MEASURES]
    parser.add_argument(
        "--only",
        nargs="+",
        choices=names,
        default=names,
        metavar="NAME",
        help="which: " + ", ".join(names),
    )
    options = parser.parse_args()
    if options.pairs < 1:
        parser.error("--pairs takes a number from 1 on.")
    file = Path(options.json) if options.json not in (None, "-") else None
    if options.resume and file is None:
        parser.error("--resume needs the FILE of --json to go on with.")
    versions = [f"{side}: {version_of(getattr(options, side)) or 'unknown'}" for side in SIDES]
    try:
        samples = earlier_samples(file if options.resume else None, versions)
    except ValueError as error:
        parser.error(str(error))
    compare(options, samples, versions)
    report(samples, versions).show(options.json)


if __name__ == "__main__":
    main()
