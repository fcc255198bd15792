"""A model from a hub: killed on the way, gone on with, checked, used and removed by the package alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

from smoke import made_up
from smoke.findings import Findings
from smoke.hub import REPOSITORY, Hub, hub
from smoke.session import until_alone
from smoke.surroundings import Surroundings

NAME = "tiny"
ARRIVED_WITHIN_S = 60
LEAST_ARRIVED = 30_000


def a_model_from_a_hub(there: Surroundings, findings: Findings) -> None:
    """All of it. What is asked of the hub is asked of this machine."""
    folder = there.work / "published"
    with findings.step("a model to download is made"):
        folder.mkdir()
        made_up.make("models", folder)
    with hub(there, folder / made_up.FOLDER) as served:
        with findings.step("a download that is killed"):
            _killed(there, served)
        with findings.step("it goes on from the same byte, and the model is checked"):
            began = time.monotonic()
            done = there.program(*_download(served), "--yes")
            said = done.stdout + done.stderr
            assert done.returncode == 0, f"status {done.returncode}: {said[-600:]}"
            assert "Installed" in done.stdout, said[-600:]
            findings.figure("rest_of_download_and_checks", time.monotonic() - began, "s")
            starts = served.starts()
            assert len(starts) == 3, f"asked for the weights from {starts}"
            assert starts[1] >= LEAST_ARRIVED, f"asked for the weights from {starts}"
    with findings.step("the downloaded model goes on with a text, and is removed"):
        for words in (["verify", NAME], ["use", NAME]):
            there.checked("models", *words)
        said = there.checked("complete", "--text", "The old lighthouse", "--json")
        assert json.loads(said.splitlines()[-1])["model"] == NAME, said[-300:]
        there.checked("models", "remove", NAME)
        left = [path for path in there.data.rglob("*") if path.name.startswith(NAME)]
        assert not left, f"left of it: {left}"


def _download(served: Hub) -> list[str]:
    return ["models", "download", REPOSITORY, "--from", served.address]


def _killed(there: Surroundings, served: Hub) -> None:
    """Start a download, and kill its processes when part of the weights has arrived."""
    process = there.start(*there.command, *_download(served), "--json", output=subprocess.DEVNULL)
    deadline = time.monotonic() + ARRIVED_WITHIN_S
    while _arrived(there) < LEAST_ARRIVED:
        assert process.poll() is None, f"the download ended with {process.returncode}"
        assert time.monotonic() < deadline, "nothing arrives"
        time.sleep(0.02)
    for number in there.processes():
        os.kill(number, signal.SIGKILL)
    process.wait()
    until_alone(there)


def _arrived(there: Surroundings) -> int:
    parts = there.data.rglob("model.safetensors.part")
    return max((path.stat().st_size for path in parts), default=0)
