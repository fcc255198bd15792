"""Cancelling comes at any moment: from another thread, or in a signal's handler in the middle of the own one."""

from __future__ import annotations

import signal
import threading

import pytest

from cowrite.downloads.cancellation import Cancellation, DownloadCancelledError
from cowrite.downloads.stopping import stop_at_signals


def test_what_waits_is_interrupted_from_another_thread() -> None:
    cancellation, cut = Cancellation(), threading.Event()
    with cancellation.interrupting(cut.set):
        threading.Thread(target=cancellation.cancel).start()
        assert cut.wait(30)
    assert cancellation.is_cancelled


def test_what_is_cancelled_already_does_not_begin() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(DownloadCancelledError), cancellation.interrupting(lambda: None):
        pytest.fail("it has begun")
    with pytest.raises(DownloadCancelledError):
        cancellation.sleep(30)


def test_afterwards_nothing_is_interrupted() -> None:
    cancellation, calls = Cancellation(), list[str]()
    with cancellation.interrupting(lambda: calls.append("cut")):
        pass
    cancellation.cancel()
    assert not calls


def test_a_signal_while_it_is_being_cancelled_stops_nothing_for_good() -> None:
    """The handler runs in the main thread, which may hold the lock at that moment."""
    cancellation, calls = Cancellation(), list[str]()

    def cut() -> None:
        calls.append("cut")
        if len(calls) == 1:
            signal.raise_signal(signal.SIGINT)

    with stop_at_signals(cancellation), cancellation.interrupting(cut):
        cancellation.cancel()
    assert calls == ["cut", "cut"]
