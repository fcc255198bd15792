"""The packaged program beside the environment, in turns: to the window, and in a fresh home to the first ghost.

A display of its own (Xvfb, openbox) and real keys. The package has its starter model inside; the environment gets homes
with one. Each is asked what is on screen, every 20 ms: a window counts when it can say so.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from _common import ROOT, Report, existing_file, home_with_model, make_parser

sys.path.insert(0, str(ROOT / "tests"))

from desktop.display import Display, display, why_not

BEGINNING = "The old lighthouse stood on the hill above the town, and every evening the"
PATIENCE_S = 120.0
EVERY_S = 0.02
Answer = dict[str, Any]


def asked(address: Path) -> Answer | None:
    """What the program says is on screen; None before it can."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE_S)
        try:
            connection.connect(str(address))
        except OSError:
            return None
        connection.sendall(b"report\n")
        with connection.makefile("rb") as stream:
            answer: Answer = json.loads(stream.readline())
            return answer


def pages(answer: Answer | None) -> list[Answer]:
    """The pages of the windows that are shown."""
    windows = answer["windows"] if answer else []
    return [page for window in windows for page in window.get("pages", [])]


@contextmanager
def started(command: list[str], home: Path, shown: Display) -> Iterator[Path]:
    """The program on ``shown``; the address at which it can be asked."""
    address = home / "report.socket"
    environ = {
        **shown.environ,
        "COWRITE_HOME": str(home),
        "COWRITE_UI_REPORT": str(address),
        "PYTHONPATH": str(ROOT) if command[0] == sys.executable else "",
    }
    process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL, cwd=home)
    try:
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


def one_start(command: list[str], home: Path, shown: Display) -> dict[str, float]:
    """One start, in ms: until the window can be asked, until it has a ghost while somebody types."""
    began = time.perf_counter()

    def wait_for(address: Path, wanted: str) -> float:
        while time.perf_counter() - began < PATIENCE_S:
            found = pages(asked(address))
            if found and (not wanted or found[0][wanted]):
                return 1000 * (time.perf_counter() - began)
            time.sleep(EVERY_S)
        raise TimeoutError(f"nothing came within {PATIENCE_S:g} s")

    with started(command, home, shown) as address:
        window = wait_for(address, "")
        wait_for(address, "has_focus")
        shown.driver(home).type(BEGINNING)
        typed = 1000 * (time.perf_counter() - began)
        # A writer who waits; where the model has nothing good enough to show by itself, asks by the key for it.
        ghost = 0.0
        while not ghost:
            until = time.perf_counter() + 3.0
            while time.perf_counter() < until and not ghost:
                found = pages(asked(address))
                ghost = 1000 * (time.perf_counter() - began) if found[0]["ghost"] else 0.0
                time.sleep(EVERY_S)
            if not ghost:
                shown.driver(home).keys("alt+backslash")
            if time.perf_counter() - began > PATIENCE_S:
                raise TimeoutError(f"no ghost within {PATIENCE_S:g} s")
    return {"window": window, "typed": typed, "ghost": ghost}


def main() -> None:
    """Measure and print."""
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument(
        "--program", type=existing_file, required=True, help="such as dist/cowrite/cowrite"
    )
    parser.add_argument("--pairs", type=int, default=5)
    arguments = parser.parse_args()
    if reason := why_not():
        sys.exit(reason)
    samples: dict[str, list[float]] = {}

    def keep(kind: str, measured: dict[str, float]) -> None:
        for name, value in measured.items():
            samples.setdefault(f"{kind}: {name}", []).append(value)

    program, environment = str(arguments.program.resolve()), [sys.executable, "-m", "cowrite"]
    with home_with_model(arguments.models_dir) as model_home, display() as shown:
        for number in range(arguments.pairs + 1):
            with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
                packaged = one_start([program], Path(one), shown)
                shutil.copytree(model_home / "data", Path(two) / "data", copy_function=os.link)
                plain = one_start(environment, Path(two), shown)
            if number:  # the first starts fill the disk's cache
                keep("package", packaged)
                keep("environment", plain)
    medians = {name: statistics.median(values) for name, values in samples.items()}
    ratio = medians["package: window"] / medians["environment: window"]
    rows = [
        ("package: window can be asked, ms", medians["package: window"], ""),
        ("environment: the same, ms", medians["environment: window"], ""),
        ("package against environment", ratio, "goal <= 1.2"),
        ("package, fresh home: first ghost, ms", medians["package: ghost"], "goal <= 6,000"),
        ("of that, until the words were typed, ms", medians["package: typed"], ""),
        ("environment, model installed: first ghost, ms", medians["environment: ghost"], ""),
    ]
    notes = [
        f"medians of {arguments.pairs} starts each, in turns, warm disk, fresh homes, real keys"
    ]
    Report(title="Start of the package", rows=rows, samples=samples, notes=notes).show(
        arguments.json
    )


if __name__ == "__main__":
    main()
