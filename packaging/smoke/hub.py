"""A model hub within a try's network, with one model of random weights: ``hub.py FOLDER``.

It runs in a process of its own, with the environment's Python. For each line that it reads it says, as JSON, from which
byte on the weights were asked for so far; at the end of its input it ends.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smoke.surroundings import Surroundings

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = "acme/tiny"
WEIGHTS = "model.safetensors"
# The first answer for the weights is slow, so that whoever fetches them can be killed; the second one breaks off.
BETWEEN_BLOCKS_S, BREAKS_AFTER = 0.3, 40_000


class Hub:
    """A hub that is being served at ``address``."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.address = self._line()

    def starts(self) -> list[int]:
        """From which byte on the weights were asked for, each time."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found: list[int] = json.loads(self._line())
        return found

    def _line(self) -> str:
        assert self._process.stdout is not None
        if not (line := self._process.stdout.readline().strip()):
            raise RuntimeError("the hub does not answer")
        return line


@contextmanager
def hub(there: Surroundings, model: Path) -> Iterator[Hub]:
    """Serve the files of ``model`` until the end of the block. Raises RuntimeError if it does not start."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    with subprocess.Popen(
        there.in_its_network(sys.executable, __file__, str(model)),
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Hub(process)
        finally:
            process.kill()


def serve(model: Path) -> None:
    """Serve until nobody listens any more."""
    from support.file_server import breaks_after, serving, slow
    from support.hub_server import COMMIT, files_of, publish

    if ip := shutil.which("ip"):  # a new network's own loopback is down
        subprocess.run([ip, "link", "set", "lo", "up"], check=True)
    weights = f"{REPOSITORY}/resolve/{COMMIT}/{WEIGHTS}"
    with serving() as server:
        publish(server, REPOSITORY, files_of(model))
        server.ways[weights] = [slow(BETWEEN_BLOCKS_S), breaks_after(BREAKS_AFTER)]
        print(server.url(""), flush=True)
        for _ in sys.stdin:
            print(json.dumps(server.starts(weights)), flush=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
