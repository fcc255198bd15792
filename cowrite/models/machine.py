"""What of this machine bears on which models fit it: memory, measured bandwidth, a card and whether it can be used.

Importing this module imports no torch; looking takes a fraction of a second, and belongs beside the window's thread.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from cowrite.base.graphics_card import (
    GraphicsCard,
    has_nvidia_driver,
    nvidia_card,
    torch_knows_cards,
)
from cowrite.base.system_probes import memory_bytes
from cowrite.models.fitting import Machine

COPIED_BYTES = 48 * 2**20
"""Too long for a processor's cache."""
COPYING_S = 0.15
MOST_THREADS = 8
PROCESSOR_FILE = Path("/proc/cpuinfo")
_BF16_FLAGS = frozenset({"avx512_bf16", "amx_tile"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMachine:
    """``machine`` as Cowrite uses it now, and a card that is there without being used."""

    machine: Machine
    unused_card: GraphicsCard | None = None

    @property
    def with_card(self) -> Machine:
        """The machine as it would be if its card were used."""
        return self.machine if self.unused_card is None else _with(self.machine, self.unused_card)


def look_at_machine() -> FoundMachine:
    """Look, and measure the bandwidth the first time."""
    machine = Machine(
        memory=memory_bytes(), bandwidth=processor_bandwidth(), multiplies_bf16=multiplies_bf16()
    )
    card = nvidia_card() if has_nvidia_driver() else None
    if card is None:
        return FoundMachine(machine=machine)
    if torch_knows_cards():
        return FoundMachine(machine=_with(machine, card))
    return FoundMachine(machine=machine, unused_card=card)


def _with(machine: Machine, card: GraphicsCard) -> Machine:
    return replace(machine, card=card.name, card_memory=card.memory, card_bandwidth=card.bandwidth)


@lru_cache(maxsize=1)
def processor_bandwidth() -> float:
    """Bytes per second of long copies, read and written, on as many cores as the engine uses.

    What counts is each thread's own time: other programs that are busy at this moment make nothing slower for good.
    """
    threads = max(1, min(MOST_THREADS, (os.cpu_count() or 2) - 1))
    rates: list[float] = []
    copying = [
        threading.Thread(target=lambda: rates.append(_copying_rate()), daemon=True)
        for _ in range(threads)
    ]
    for each in copying:
        each.start()
    for each in copying:
        each.join()
    return sum(rates)


def _copying_rate() -> float:
    import numpy as np

    source = np.ones(COPIED_BYTES // 8)
    target = np.zeros_like(source)
    copied, began = 0, time.thread_time()
    while (passed := time.thread_time() - began) < COPYING_S or not copied:
        np.copyto(target, source)
        copied += 2 * COPIED_BYTES
    return copied / max(passed, 1e-6)


def multiplies_bf16() -> bool:
    """Whether the processor has instructions for bf16; False where the system does not tell."""
    try:
        flags = PROCESSOR_FILE.read_text("utf-8", "replace")
    except OSError:
        return False
    said = next((line for line in flags.splitlines() if line.startswith("flags")), "")
    return bool(_BF16_FLAGS & set(said.split()))
