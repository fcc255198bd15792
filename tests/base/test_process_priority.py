"""The engine's threads give way, and nobody else's do."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import psutil
import pytest
import torch

from cowrite.base.process_priority import NICENESS, give_way, return_free_memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="priorities of threads are Linux's")


def test_only_the_thread_that_asks_gives_way() -> None:
    priorities: list[int] = []

    def work() -> None:
        give_way()
        priorities.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert priorities == [max(before, NICENESS)]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


def test_threads_of_torch_sleep_while_they_wait() -> None:
    code = "from cowrite.base.process_priority import sleep_while_waiting as s; s(); import torch; torch.ones(9)"
    environ = {key: value for key, value in os.environ.items() if not key.startswith("OMP_")}
    shown = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={**environ, "OMP_DISPLAY_ENV": "TRUE"},
    ).stderr
    assert "OMP_WAIT_POLICY = 'PASSIVE'" in shown


def test_where_it_is_not_allowed_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)
    give_way()


def test_memory_that_was_freed_goes_back() -> None:
    # Many blocks, each too small to be mapped by itself, and one behind them that stays.
    blocks = [torch.ones(20_000) for _ in range(2_000)]
    last = torch.ones(20_000)
    full = psutil.Process().memory_info().rss
    del blocks
    return_free_memory()
    assert psutil.Process().memory_info().rss < full - 100_000_000
    assert last.sum() == 20_000
