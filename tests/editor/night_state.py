"""A system state, at night, in which nothing speaks against training."""

from __future__ import annotations

from datetime import datetime

from cowrite.personalize.schedule.rules import SystemState

NIGHT = SystemState(
    now=datetime(2026, 5, 5, 2, 30),
    idle_s=None,
    on_battery=False,
    load=0.1,
    celsius=None,
    free_memory=8 * 2**30,
    free_disk=8 * 2**30,
    full_screen=None,
    new_words=5_000,
    new_decisions=10,
    last_run=None,
)
