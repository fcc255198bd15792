"""Which files are there, and no waiting for those that do not answer."""

from __future__ import annotations

import threading
from pathlib import Path

from cowrite.editor.document.recent_files import FilePresence, RecentFilesThere, presence_of


def test_there_gone_and_out_of_reach(tmp_path: Path) -> None:
    (tmp_path / "there.txt").write_text("x")
    assert presence_of(tmp_path / "there.txt") is FilePresence.THERE
    assert presence_of(tmp_path / "gone.txt") is FilePresence.GONE
    assert presence_of(tmp_path / "disk" / "far.txt") is FilePresence.OUT_OF_REACH


def test_a_disk_that_does_not_answer_holds_up_nobody(tmp_path: Path) -> None:
    answers = threading.Event()
    far, near = tmp_path / "far", tmp_path / "near"
    looked: list[Path] = []

    def probe(path: Path) -> FilePresence:
        looked.append(path)
        if path == far:
            answers.wait()
        return FilePresence.GONE

    there = RecentFilesThere(probe)
    assert there.refresh([far, near]) == {far: FilePresence.UNKNOWN, near: FilePresence.GONE}
    assert there.refresh([far])[far] is FilePresence.UNKNOWN
    assert looked.count(far) == 1, "it is asked once, however often the menu opens"
    answers.set()
    there._readers[far].join(10)
    assert there.refresh([far])[far] is FilePresence.GONE
