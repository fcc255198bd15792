"""The gate is fitted on a thread that ends when it is told to, whatever goes wrong meanwhile."""

from __future__ import annotations

import logging
import threading

import pytest

from cowrite.app import filter_fitting
from cowrite.app.filter_fitting import FilterFitting
from cowrite.base.errors import UserError


class Keeper:
    """Counts how often it is asked to fit, and fails as told."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.asked = 0
        self.done = threading.Event()

    def refit(self) -> None:
        self.asked += 1
        if self._errors:
            error = self._errors.pop(0)
            if not self._errors:
                self.done.set()
            raise error
        self.done.set()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filter_fitting, "FIRST_S", 0.0)
    monkeypatch.setattr(filter_fitting, "EVERY_S", 0.001)


def test_it_goes_on_after_a_log_that_cannot_be_read() -> None:
    keeper = Keeper(UserError("There is no log."), UserError("Still none."))
    fitting = FilterFitting(keeper.refit)
    fitting.start()
    assert keeper.done.wait(10)
    fitting.close()
    assert keeper.asked >= 2


def test_a_mistake_of_ours_ends_it_and_goes_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    keeper = Keeper(ZeroDivisionError("oh"))
    fitting = FilterFitting(keeper.refit)
    with caplog.at_level(logging.ERROR):
        fitting.start()
        assert keeper.done.wait(10)
        fitting.close()
    assert keeper.asked == 1
    assert "could not be fitted" in caplog.text


def test_one_that_was_never_started_can_be_closed() -> None:
    FilterFitting(Keeper().refit).close()


def test_the_end_does_not_wait_for_a_long_fit() -> None:
    class Busy(Keeper):
        def refit(self) -> None:
            begun.set()
            goes_on.wait()

    begun, goes_on = threading.Event(), threading.Event()
    fitting = FilterFitting(Busy().refit)
    fitting.start()
    assert begun.wait(10)
    fitting.close()
    goes_on.set()
