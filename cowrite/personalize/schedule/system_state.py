"""How things stand now, for work in the background: what the machine tells, and what there is to learn."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from cowrite.base.system_probes import (
    free_memory_bytes,
    hottest_celsius,
    idle_seconds,
    load_per_core,
    on_battery,
    shows_full_screen,
)
from cowrite.personalize.schedule.new_data import NewData
from cowrite.personalize.schedule.rules import SystemState


def read_system_state(
    folder: Path, new_data: NewData | None = None, idle_here_s: float | None = None
) -> SystemState:
    """How things stand now, for work in ``folder``, which may not exist yet.

    ``new_data`` is only needed to know whether to begin.

    ``idle_here_s`` is how long the program itself has had no key, which beats not knowing anything.
    """
    new_data = new_data or NewData()
    idle_s = idle_seconds()
    return SystemState(
        now=datetime.now(),
        idle_s=idle_here_s if idle_s is None else idle_s,
        on_battery=on_battery(),
        load=load_per_core(),
        celsius=hottest_celsius(),
        free_memory=free_memory_bytes(),
        free_disk=shutil.disk_usage(_nearest_existing(folder)).free,
        full_screen=shows_full_screen(),
        new_words=new_data.words,
        new_decisions=new_data.decisions,
        last_run=new_data.last_run,
    )


def _nearest_existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
