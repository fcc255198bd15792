#!/usr/bin/env python3
"""Everything that a graphics card is needed for, measured in a few minutes, without a network and without Qt.

In this order: the bandwidth of the card's memory; decoding, reading, transformers' ``generate`` and a LoRA step of a
shape of four billion weights in NF4; the tests marked ``gpu``; the starter model (the same text as on the processor,
ghosts, two minutes of learning); then the shapes of 1.7 and 8 billion. Every part is a process of its own, so that one
that fails or runs out of time takes nothing with it, and every figure is printed and written the moment it is known.

Without a card it ends with status 2. ``--device cpu`` shows that everything runs, with a tiny shape in place of the
large ones; its figures mean nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from _common import ROOT, Report, Row, existing_file, make_parser, models_folder

sys.path.insert(0, str(ROOT))

from cowrite.engine.offline import forbid_downloads

forbid_downloads()

NO_CARD = 2
NO_CARD_MESSAGE = (
    "There is no CUDA card here; nothing was measured. "
    "“--device cpu” shows that the benchmark runs, with a tiny model."
)
LARGE = ("Qwen3-4B", "Qwen3-1.7B", "Qwen3-8B")
TEXT = ROOT / "docs" / "user-guide.md"
LEARNING_MINUTES = 2.0
# Where a model can be left on a machine that lives for an hour.
CARRIED = Path(tempfile.gettempdir()) / "starter"
# What a run of the tests needs of pytest's settings, where nothing of Qt is installed.
PYTEST_INI = """[pytest]
pythonpath = {root}/tests
markers =
    starter_model: needs the real starter model
    gpu: needs a CUDA card
    expects_warnings: something goes wrong on purpose
    desktop: real keys and mouse
"""
LEAST_SECONDS = 10.0


def main() -> int:
    """Measure and print. 2 without a card, 1 if a part failed."""
    options = _options()
    if options.part:
        return measure_part(options)
    import torch

    if options.device == "cuda" and not torch.cuda.is_available():
        print(NO_CARD_MESSAGE, file=sys.stderr)
        return NO_CARD
    what = torch.cuda.get_device_name() if options.device == "cuda" else "the processor"
    del torch
    day = Day(f"A card's day on {what}", options.json)
    ends = time.monotonic() + 60 * options.minutes
    for part in parts_of(options):
        left = ends - time.monotonic()
        if left < LEAST_SECONDS:
            day.note((part, "no time left", ""))
            continue
        run_part(part, options, left, day)
    day.show()
    return 1 if day.failed else 0


def _options() -> argparse.Namespace:
    parser = make_parser(__doc__ or "", uses_model=False)
    parser.add_argument("--minutes", type=float, default=6.0, metavar="N", help="at most (6)")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument(
        "--gguf",
        type=existing_file,
        metavar="FILE",
        help="the starter model's file (one in the folder “starter” of the temporary folder)",
    )
    parser.add_argument(
        "--models-dir",
        type=models_folder,
        metavar="DIR",
        help="or the folder in which it is installed; without either its part is left out",
    )
    parser.add_argument(
        "--text", type=existing_file, metavar="FILE", default=TEXT, help="a novel (the user guide)"
    )
    parser.add_argument("--part", default="", help="measure only this, and print lines of JSON")
    parser.add_argument("--bandwidth", type=float, default=0.0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.models_dir:
        options.gguf = options.gguf or next(iter(sorted(CARRIED.glob("*.gguf"))), None)
    return options


def parts_of(options: argparse.Namespace) -> Iterator[str]:
    """What is measured, the most wanted first."""
    large = LARGE if options.device == "cuda" else ("tiny",)
    yield "bandwidth"
    yield large[0]
    yield "tests"
    if options.gguf or options.models_dir:
        yield "starter"
    yield from large[1:]


class Day:
    """Prints every figure as it comes, and keeps the JSON as complete as the day is."""

    def __init__(self, title: str, target: str | None) -> None:
        self._title, self._target = title, target
        self._began = time.monotonic()
        self.rows: list[Row] = []
        self.failed = False

    def note(self, row: Row) -> None:
        """Take down a figure."""
        self.rows.append(row)
        what, figure, goal = row
        shown = f"{figure:,.1f}" if isinstance(figure, float) else str(figure)
        beside = f"  (goal {goal})" if goal else ""
        print(f"{time.monotonic() - self._began:5.0f} s  {what}: {shown}{beside}", file=sys.stderr)
        if self._target not in (None, "-"):
            self._report().write(Path(self._target))

    def fail(self, part: str, why: str) -> None:
        """Take down that a part did not end well."""
        self.failed = True
        self.note((part, why, ""))

    def show(self) -> None:
        """The table."""
        self._report().show(self._target)

    def _report(self) -> Report:
        return Report(title=self._title, rows=self.rows)


def run_part(part: str, options: argparse.Namespace, seconds: float, day: Day) -> None:
    """Run one part in a process of its own."""
    command = [sys.executable, __file__, "--part", part, "--device", options.device]
    for name in ("gguf", "models_dir", "text"):
        if value := getattr(options, name):
            command += [f"--{name.replace('_', '-')}", str(value)]
    bandwidth = next((figure for what, figure, _ in day.rows if what == BANDWIDTH), 0.0)
    command += ["--bandwidth", str(float(bandwidth) * 1e9), "--minutes", str(seconds / 60)]
    take_down(part, command, seconds, day)


def take_down(part: str, command: Sequence[str], seconds: float, day: Day) -> None:
    """Let ``command`` run for so long at most, and note every line of JSON that it prints."""
    out_of_time = threading.Event()
    # A session of its own: what the part starts, such as learning, ends with it.
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as child:

        def end() -> None:
            out_of_time.set()
            _end_session(child)

        timer = threading.Timer(seconds, end)
        timer.start()
        try:
            assert child.stdout is not None
            for line in child.stdout:
                if line.startswith("["):
                    what, figure, goal = json.loads(line)
                    day.note((what, figure, goal))
            status = child.wait()
        finally:
            timer.cancel()
            timer.join()
            _end_session(child)
    if out_of_time.is_set():
        day.fail(part, "ran out of time")
    elif status:
        day.fail(part, f"failed with status {status}")


def _end_session(child: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


BANDWIDTH = "bandwidth of a copy, GB/s"


def measure_part(options: argparse.Namespace) -> int:
    """Measure one part here, a line of JSON for each figure."""
    import torch

    def note(row: Row) -> None:
        print(json.dumps(row, ensure_ascii=False), flush=True)

    from cowrite.engine.devices import engine_threads, measured_bandwidth

    device = torch.device(options.device)
    if device.type == "cpu":
        # As many as the program uses: more wait for each other on a machine that does something else.
        torch.set_num_threads(engine_threads())
    if options.part == "bandwidth":
        note((BANDWIDTH, measured_bandwidth(device) / 1e9, ""))
        return 0
    if options.part == "tests":
        return _tests(note)
    if options.part == "starter":
        from _card_starter import measure_starter

        source = options.gguf or options.models_dir
        # Half of what is left may go to learning, so that what is learned can still be judged.
        minutes = min(LEARNING_MINUTES, options.minutes / 2)
        with tempfile.TemporaryDirectory(prefix="cowrite-card-") as folder:
            measure_starter(Path(folder), source, options.text, device, minutes, note)
        return 0
    from _card_shapes import measure_shape

    measure_shape(options.part, device, options.bandwidth, note)
    return 0


def _tests(note) -> int:
    """The tests marked ``gpu``, with settings that need no Qt."""
    with tempfile.TemporaryDirectory(prefix="cowrite-card-") as folder:
        ini = Path(folder) / "pytest.ini"
        ini.write_text(PYTEST_INI.format(root=ROOT), "utf-8")
        command = [sys.executable, "-m", "pytest", "-c", str(ini), "--rootdir", str(ROOT)]
        command += ["-m", "gpu", "-q", "-p", "no:cacheprovider", "--confcutdir", folder]
        # Only what has such tests: to collect all would take a good part of the time there is.
        marked = [
            str(path)
            for path in sorted((ROOT / "tests" / "engine").rglob("test_*.py"))
            if "pytest.mark.gpu" in path.read_text("utf-8")
        ]
        command += marked
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, file=sys.stderr)
    said = done.stdout.strip().splitlines() or ["nothing"]
    note(("gpu tests", said[-1].strip("= "), "all passed"))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
