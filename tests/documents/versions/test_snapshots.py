"""Snapshots of a document: what was kept is found as it was, private, bounded, and gone when it is to be forgotten."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cowrite.base.errors import UserError
from cowrite.documents.versions.snapshots import Reason, SnapshotStore
from cowrite.documents.versions.thinning import MOST_RECENT

NOW = 1_800_000_000_000
DAY_MS = 86_400_000
BOOK = "".join(f"Paragraph {n}, and what happens in it, told at length.\n\n" for n in range(4_000))
KILLS = max(10, int(os.environ.get("COWRITE_TEST_KILLS", "0")))


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "versions")


def take(store: SnapshotStore, text: str, **options: object) -> int:
    values = {"at_ms": NOW, "reason": Reason.WRITING} | options
    return store.take("d", text, **values).id  # type: ignore[arg-type]


def texts(store: SnapshotStore) -> list[str]:
    return [store.text("d", each.id) for each in store.all("d")]


def test_what_was_kept_is_found_newest_first(store: SnapshotStore) -> None:
    assert store.all("d") == []
    take(store, "one\n")
    take(store, "two\r\u2028\ud800", at_ms=NOW + 1, reason=Reason.BY_HAND, name="The end")
    assert texts(store) == ["two\r\u2028\ud800", "one\n"]
    newest = store.all("d")[0]
    assert (newest.name, newest.reason, newest.characters) == ("The end", Reason.BY_HAND, 6)


def test_the_same_text_is_not_kept_twice_but_may_get_a_name(store: SnapshotStore) -> None:
    first = take(store, "one")
    assert take(store, "one", at_ms=NOW + 5) == first
    assert take(store, "one", reason=Reason.BY_HAND, name="Draft") == first
    (only,) = store.all("d")
    assert (only.at_ms, only.name, only.reason) == (NOW, "Draft", Reason.BY_HAND)


def test_a_version_of_a_book_costs_what_has_changed(store: SnapshotStore, tmp_path: Path) -> None:
    take(store, BOOK)
    file = tmp_path / "versions" / "d.versions"
    before = file.stat().st_size
    for n in range(20):
        take(store, BOOK.replace(f"Paragraph {n * 100},", "Chapter,"), at_ms=NOW + n + 1)
    assert file.stat().st_size < 4 * before
    assert texts(store)[-1] == BOOK


def test_names_and_deleting(store: SnapshotStore) -> None:
    first, second = take(store, "one"), take(store, "two")
    store.rename("d", first, "Before the flood")
    assert [each.name for each in store.all("d")] == ["", "Before the flood"]
    store.delete("d", [first])
    assert texts(store) == ["two"]
    with pytest.raises(UserError, match="no longer kept"):
        store.text("d", first)
    assert second


def test_older_ones_are_thinned_and_those_with_a_name_stay(store: SnapshotStore) -> None:
    for n in range(6):
        take(store, f"draft {n}", at_ms=NOW - 30 * DAY_MS + n, name="Kept" if n == 2 else "")
    today = [f"today {n}" for n in range(MOST_RECENT)]
    for n, text in enumerate(today):
        take(store, text, at_ms=NOW + n)
    assert texts(store) == [*reversed(today), "draft 5", "draft 2"]


def test_a_clock_that_goes_backwards_takes_nothing_away(tmp_path: Path) -> None:
    """Where there is no room, the version of this moment is not the oldest because a clock says 1970."""
    store = SnapshotStore(tmp_path, most_bytes=30_000)
    noise = random.Random(2)
    made = ["".join(noise.choices("abcdefghijklmnop\n", k=20_000)) for _ in range(4)]
    for n, text in enumerate(made):
        take(store, text, at_ms=NOW if n < 2 else n)
    assert texts(store)[0] == made[-1]


def test_no_more_room_is_taken_than_allowed(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path, most_bytes=30_000)
    noise = random.Random(1)
    for n in range(8):
        text = "".join(noise.choices("abcdefghijklmnop\n", k=20_000))
        take(store, text, at_ms=NOW + n, name="First" if n == 0 else "")
    kept = store.all("d")
    assert kept[-1].name == "First"
    assert 2 <= len(kept) <= 3


@pytest.mark.skipif(os.name != "posix", reason="rights of files are of another kind there")
def test_nobody_else_may_read_them(store: SnapshotStore, tmp_path: Path) -> None:
    take(store, "one")
    (file,) = (tmp_path / "versions").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_forgetting(store: SnapshotStore, tmp_path: Path) -> None:
    take(store, "one", at_ms=NOW)
    take(store, "two", at_ms=NOW + 10)
    store.take("e", "other", at_ms=NOW, reason=Reason.SAVED)
    store.forget_since(NOW + 10)
    assert texts(store) == ["one"]
    store.forget(["d"])
    assert store.all("d") == []
    assert [each.characters for each in store.all("e")] == [5]
    store.forget_all()
    assert list((tmp_path / "versions").iterdir()) == []


def test_of_a_document_begun_since_then_not_even_its_file_is_known(
    store: SnapshotStore, tmp_path: Path
) -> None:
    take(store, "one", at_ms=NOW, path=tmp_path / "secret.md")
    store.forget_since(NOW)
    assert list((tmp_path / "versions").iterdir()) == []


def test_what_is_deleted_is_in_the_file_no_more(store: SnapshotStore, tmp_path: Path) -> None:
    noise = "".join(random.Random(2).choices("abcdefghijklmnop", k=4_000))
    take(store, "one")
    secret = take(store, noise)
    connection = sqlite3.connect(tmp_path / "versions" / "d.versions")
    data = max((row[0] for row in connection.execute("SELECT data FROM chunk")), key=len)
    connection.close()
    assert data in (tmp_path / "versions" / "d.versions").read_bytes() or len(data) > 1_000
    store.delete("d", [secret])
    assert data[200:260] not in (tmp_path / "versions" / "d.versions").read_bytes()


def test_a_damaged_file_is_set_aside_and_keeping_goes_on(
    store: SnapshotStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    take(store, "one")
    file = tmp_path / "versions" / "d.versions"
    file.write_bytes(b"nonsense" * 500)
    with pytest.raises(UserError, match="It is kept as"):
        take(store, "two")
    assert take(store, "three")
    assert texts(store) == ["three"]
    assert len(list((tmp_path / "versions").glob("d.damaged-*"))) == 1


def test_a_version_that_was_altered_is_refused(store: SnapshotStore, tmp_path: Path) -> None:
    number = take(store, "one")
    connection = sqlite3.connect(tmp_path / "versions" / "d.versions")
    connection.execute("DELETE FROM part")
    connection.commit()
    connection.close()
    with pytest.raises(UserError, match="damaged"):
        store.text("d", number)


def test_a_newer_file_is_left_alone(store: SnapshotStore, tmp_path: Path) -> None:
    take(store, "one")
    connection = sqlite3.connect(tmp_path / "versions" / "d.versions")
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(UserError, match="newer version of Cowrite"):
        take(store, "two")


def test_a_full_disk_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "versions").write_text("in the way")
    with pytest.raises(UserError, match="cannot be kept or read"):
        take(SnapshotStore(tmp_path / "versions"), "one")


WRITER = """
import sys
from cowrite.documents.versions.snapshots import Reason, SnapshotStore
from pathlib import Path
store, n = SnapshotStore(Path(sys.argv[1])), int(sys.argv[2])
while True:
    n += 1
    store.take("d", f"{n:06}\\n" * 3_000, at_ms=1_800_000_000_000 + n, reason=Reason.WRITING)
    print(n, flush=True)
"""


def test_killed_at_random_moments_what_was_acknowledged_is_there(tmp_path: Path) -> None:
    moments, number = random.Random(13), 0
    store = SnapshotStore(tmp_path)
    for _ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(number)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        with child:
            assert child.stdout is not None
            first = child.stdout.readline()
            time.sleep(
                moments.uniform(0, 0.02)
            )  # waits for nothing: it chooses the moment of the kill
            child.kill()
            said = [line for line in [first, *child.stdout] if line.endswith("\n")]
        newest = store.all("d")[0]
        text = store.text("d", newest.id)
        number = int(text[:6])
        assert text == f"{number:06}\n" * 3_000
        assert int(said[-1]) <= number <= int(said[-1]) + 1


class Versions(RuleBasedStateMachine):
    """Whatever is done, every version that is listed has the text that it was taken of."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.store = SnapshotStore(Path(self.folder.name))
        self.kept: dict[int, str] = {}
        self.now = NOW

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(text=st.text(max_size=30))
    def take(self, text: str) -> None:
        self.now += 1
        made = self.store.take("d", text, at_ms=self.now, reason=Reason.WRITING)
        self.kept[made.id] = text

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.kept)))
        self.store.delete("d", [number])
        del self.kept[number]

    @invariant()
    def every_text_is_there(self) -> None:
        found = {each.id: self.store.text("d", each.id) for each in self.store.all("d")}
        assert found == self.kept


Versions.TestCase.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
TestVersions = Versions.TestCase
