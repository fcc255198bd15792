"""Downloads one file; ``CALL`` ends the process as a power cut would, at that call about a file of its folder."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from cowrite.downloads.download import Download
from cowrite.downloads.network import Network
from cowrite.downloads.parts import Part
from cowrite.downloads.progress import DownloadProgress, DownloadState

CALLS = ("open", "os.rename", "os.remove", "os.truncate", "os.mkdir", "os.listdir")


def end_at(call: int, folder: str) -> None:
    """Kill this process at the call number ``call`` about something in ``folder``."""
    seen = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in CALLS and str(arguments[0]).startswith(folder):
            seen += 1
            if seen == call:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def tell(progress: DownloadProgress) -> None:
    if progress.state is DownloadState.DOWNLOADING:
        print("on its way", flush=True)


def main(url: str, size: str, sha256: str, folder: str, call: str) -> None:
    part = Part(name="model.bin", sources=(url,), size=int(size), sha256=sha256)
    if int(call):
        end_at(int(call), folder)
    Download([part], Path(folder), network=Network(first_wait_s=0.05), on_progress=tell).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
