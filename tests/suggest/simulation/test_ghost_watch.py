"""What eyes get of a ghost: when it is noticed, what breaks it, and how it ends."""

from __future__ import annotations

import pytest

from cowrite.suggest.simulation.ghost_watch import GhostEnd, GhostWatch, Notice


def watch(notice: Notice = Notice.TYPING) -> tuple[GhostWatch, list[str]]:
    said: list[str] = []
    return GhostWatch(notice, 300.0, lambda kind, _t, text: said.append(f"{kind} {text}")), said


@pytest.mark.parametrize(
    ("notice", "expected_ms"), [(Notice.TYPING, 300.0), (Notice.PAUSES, 400.0)]
)
def test_typing_along_breaks_it_only_for_eyes_that_look_in_pauses(
    notice: Notice, expected_ms: float
) -> None:
    eyes, said = watch(notice)
    eyes.look("old lamp", 0.0, ready=False)
    eyes.look("ld lamp", 100.0, inserted="o", ready=False)
    assert eyes.notice_at_ms() == expected_ms
    assert said == ["shown old lamp"]


def test_a_ghost_may_grow_and_one_that_changes_is_another() -> None:
    eyes, said = watch()
    eyes.look("old", 0.0, ready=False)
    eyes.look("old lamp", 100.0, ready=True)
    assert eyes.notice_at_ms() == 300.0
    eyes.look("new lamp", 200.0, ready=True)
    assert eyes.notice_at_ms() == 500.0
    assert said == ["shown old", "grown old lamp", "changed new lamp"]
    assert (eyes.shown, eyes.ready, eyes.ends[GhostEnd.FLASH]) == (2, 1, 1)


def test_hidden_and_shown_again_at_once_is_never_gone() -> None:
    eyes, said = watch()
    eyes.look("old lamp", 0.0, ready=False)
    eyes.look("ld lamp", 50.0, inserted="o", ready=False)
    assert (eyes.shown, said) == (1, ["shown old lamp"])


@pytest.mark.parametrize(
    ("noticed", "typed", "end"),
    [
        (False, "o", GhostEnd.TYPED_THROUGH),
        (False, "x", GhostEnd.FLASH),
        (True, "x", GhostEnd.WRONG_GLANCE),
        (True, "o", GhostEnd.WRONG_GLANCE),
    ],
)
def test_how_a_ghost_ends(noticed: bool, typed: str, end: GhostEnd) -> None:
    eyes, _ = watch()
    eyes.look("o", 0.0, ready=False)
    if noticed:
        eyes.notice(300.0)
    eyes.look("", 400.0, inserted=typed, ready=False)
    assert eyes.ends[end] == 1
    assert sum(eyes.ends.values()) == 1
    assert eyes.ghost is None


def test_what_stood_longer_than_the_reaction_time_was_not_brief_though_nobody_looked() -> None:
    eyes, _ = watch(Notice.PAUSES)
    for gone_ms in (290.0, 310.0):
        eyes.look("old lamp", 0.0, ready=False)
        eyes.look("ld lamp", 150.0, inserted="o", ready=False)
        eyes.look("", gone_ms, inserted="x", ready=False)
    assert (eyes.ends[GhostEnd.FLASH], eyes.brief) == (2, 1)


def test_what_was_taken_ends_as_taken() -> None:
    eyes, _ = watch()
    eyes.look("old lamp ", 0.0, ready=False)
    eyes.notice(300.0)
    eyes.accepted("old ", 450.0)
    eyes.look("lamp ", 450.0, inserted="old ", ready=False)
    eyes.look("", 500.0, inserted="x", ready=False)
    assert eyes.ends[GhostEnd.TAKEN] == 1


def test_there_is_nothing_to_see_or_take_where_nothing_is() -> None:
    eyes, _ = watch()
    with pytest.raises(ValueError, match="nothing to see"):
        eyes.notice(0.0)
    with pytest.raises(ValueError, match="nothing to take"):
        eyes.accepted("x", 0.0)
