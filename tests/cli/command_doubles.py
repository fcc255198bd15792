"""Stand-ins for what takes minutes or a network and is not what these tests are about."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from made_up_model import PretendTools
from toy_catalogue import put_in

from cowrite.cli import doctor
from cowrite.decisions.database import log_file
from cowrite.engine.jobs.runtime import Runtime


def put_doubles(template: Path) -> None:
    """Replace them for the rest of this process."""
    log_file.BUSY_TIMEOUT_S = 0.1
    put_in(PretendTools(wheel=template / "inputs" / "toy.whl"))
    doctor.probe = lambda look: {"version": "1", "threads": "1", "card": ""}
    Runtime.optimize = lambda self: False  # type: ignore[method-assign]
    bench = importlib.import_module("cowrite.engine.measurement.bench")
    bench.bench = _no_time
    demo = importlib.import_module("cowrite.cli.demo")
    demo._play = lambda stage, models, home: stage.say("played", "")
    demo._report = lambda home: None


def _no_time(folder: Path, device: Any, kind: Any, text: str) -> Any:
    """Everything that can go wrong does; nothing is measured."""
    from cowrite.engine.loading.load import load_model
    from cowrite.engine.measurement.bench import BenchSamples, word_turns

    word_turns(load_model(folder, device, kind), text, 2)
    return BenchSamples(
        load_ms=1, memory_bytes=1, turn_ms=[2.0], first_token_ms=[1.0], cold_ms=[1.0], delta_ms=[1.0],
        cancel_ms=[1.0], new_tokens=9,
    )  # fmt: skip
