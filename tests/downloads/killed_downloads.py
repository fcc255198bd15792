"""A download that is killed over and over: what its next run asks the server for, and what lies there meanwhile."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from support.file_server import serving, slow

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SIZE = 3_000_000
PAUSE_S = 0.004
LONGEST_S = SIZE / 16384 * PAUSE_S
MOST_CALLS = 12


@dataclass
class KilledDownloads:
    """``from_zero``: runs that asked for bytes again that were there. ``half``: files under their final name, wrong."""

    kills: int = 0
    completed: int = 0
    from_zero: int = 0
    half: int = 0
    sent: int = 0

    @property
    def sent_of_needed(self) -> float:
        """How many times more the server sent than there was to send."""
        return self.sent / (SIZE * self.completed) if self.completed else 0.0


def killed_downloads(folder: Path, kills: int, seed: int = 0) -> KilledDownloads:
    """Kill ``kills`` runs, half of them at a random moment, half at a random call; then let the last one end."""
    chance = random.Random(seed)
    body = chance.randbytes(SIZE)
    digest = hashlib.sha256(body).hexdigest()
    target, found = folder / "download", KilledDownloads()
    with serving(model=body) as server:
        server.usual = slow(PAUSE_S)
        while found.kills < kills or not found.completed:
            part = target / "model.bin.part"
            there = part.stat().st_size if part.exists() else 0
            server.asked.clear()
            is_last = found.kills >= kills
            process = _start(server.url("model"), digest, target, _call(chance, is_last))
            if not is_last:
                _wait_and_kill(process, chance)
            status = process.wait()
            process.communicate()
            found.kills += status < 0
            found.sent += sum(each.sent for each in server.asked)
            if server.asked:
                found.from_zero += server.asked[0].start < there
            done = target / "model.bin"
            if done.exists():
                found.half += hashlib.sha256(done.read_bytes()).hexdigest() != digest
            if status == 0:
                found.completed += 1
                shutil.rmtree(target)
    return found


def _call(chance: random.Random, is_last: bool) -> int:
    return 0 if is_last or chance.random() < 0.5 else chance.randint(1, MOST_CALLS)


def _start(url: str, digest: str, target: Path, call: int) -> subprocess.Popen[str]:
    script = HERE / "download_until_killed.py"
    return subprocess.Popen(
        [sys.executable, script, url, str(SIZE), digest, target, str(call)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])},
        stdout=subprocess.PIPE,
        text=True,
    )


def _wait_and_kill(process: subprocess.Popen[str], chance: random.Random) -> None:
    """Kill it at some moment while bytes arrive, unless it ends before."""
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(chance.random() * LONGEST_S)
    process.kill()
