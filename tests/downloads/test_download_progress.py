"""How fast, and how long still."""

from __future__ import annotations

from cowrite.downloads.progress import DownloadProgress, DownloadState, SpeedMeter, Teller


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_speed_is_that_of_the_last_seconds():
    clock = Clock()
    meter = SpeedMeter(clock)
    assert meter.bytes_per_s == 0
    for _ in range(20):
        clock.now += 1
        meter.add(1000)
    assert meter.bytes_per_s == 1000
    for _ in range(20):
        clock.now += 1
        meter.add(4000)
    assert meter.bytes_per_s == 4000
    clock.now += 1000
    assert meter.bytes_per_s < 100


def test_it_is_told_when_somebody_can_look_and_when_something_changes():
    clock = Clock()
    heard: list[DownloadProgress] = []
    teller = Teller(heard.append, 1000, clock)
    for done in range(0, 1000, 10):
        clock.now += 0.01
        teller.arrived(10)
        teller.tell(DownloadState.DOWNLOADING, "a", done)
    assert 4 <= len(heard) <= 7
    assert heard[-1].seconds_left
    assert 0 < heard[-1].fraction < 1
    teller.tell(DownloadState.WAITING, "a", 1000, "It does not answer.")
    assert (heard[-1].state, heard[-1].note) == (DownloadState.WAITING, "It does not answer.")
    assert heard[-1].seconds_left is None


def test_of_what_has_no_size_no_end_is_foretold():
    heard: list[DownloadProgress] = []
    Teller(heard.append, None, Clock()).tell(DownloadState.CONNECTING, "a", 5)
    assert (heard[0].fraction, heard[0].seconds_left) == (0, None)
