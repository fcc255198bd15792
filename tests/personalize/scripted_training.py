"""Stands in for the training process in tests of what surrounds it; argv: job file, what to do, an adapter's folder."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path


def main() -> None:
    job_path, what, made = sys.argv[1:]
    job = json.loads(Path(job_path).read_text("utf-8"))
    tell("reading")
    tell("training", step=1, steps=2, tokens=100, tokens_per_s=50.0)
    print("a line that is not ours", flush=True)
    match what:
        case "dies":
            sys.exit(1)
        case "keeps":
            tell("kept", message="Too little.", advice="Write.")
        case "fails":
            tell("failed", message="It went wrong.", advice="Do this.")
        case "waits":
            tell("stopped" if sys.stdin.readline().strip() in ("stop", "") else "failed")
        case "forgets":
            shutil.rmtree(Path(job_path).parent)
            tell("stopped")
        case "learns":
            learn(job, Path(made))
            tell("done", message="Learned.")
        case "pauses":
            assert sys.stdin.readline() == "pause\n"
            tell("paused")
            assert sys.stdin.readline() == "resume\n"
            learn(job, Path(made))
            tell("done")
    time.sleep(0.01)


def tell(phase: str, **more: object) -> None:
    print(json.dumps({"phase": phase, **more}), flush=True)


def learn(job: dict[str, str], made: Path) -> None:
    work = Path(job["work"])
    work.mkdir(parents=True, exist_ok=True)
    shutil.copytree(made, Path(job["staging"]) / "adapter")
    shutil.copy(made.parent / "held_out.json", work / "held_out.json")
    (work / "learned.json").write_text(json.dumps(["Nothing that is repeated."]))


main()
