"""Which files are there, and no waiting for those that do not answer."""

from __future__ import annotations

import threading
from pathlib import Path

from cowrite.editor.recent_files import Presence, RecentFilesThere, presence_of


def test_there_gone_and_out_of_reach(tmp_path: Path) -> None:
    (tmp_path / "there.txt").write_text("x")
    assert presence_of(tmp_path / "there.txt") is Presence.THERE
    assert presence_of(tmp_path / "gone.txt") is Presence.GONE
    assert presence_of(tmp_path / "disk" / "far.txt") is Presence.OUT_OF_REACH


def test_a_disk_that_does_not_answer_holds_up_nobody(tmp_path: Path) -> None:
    answers = threading.Event()
    far, near = tmp_path / "far", tmp_path / "near"
    looked: list[Path] = []

    def look(path: Path) -> Presence:
        looked.append(path)
        if path == far:
            answers.wait()
        return Presence.GONE

    there = RecentFilesThere(look)
    assert there.look([far, near]) == {far: Presence.UNKNOWN, near: Presence.GONE}
    assert there.look([far])[far] is Presence.UNKNOWN
    assert looked.count(far) == 1, "it is asked once, however often the menu opens"
    answers.set()
    there._looking[far].join(10)
    assert there.look([far])[far] is Presence.GONE
