"""The desk as it was left."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.documents.session import (
    MOST_RECENT,
    OpenDocument,
    Session,
    load_session,
    save_session,
)
from cowrite.errors import UserError

NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.just("\udcff"), max_size=8
)
IDS = st.text("09azAZ-", min_size=1, max_size=64)
PLACES = st.integers(0, 2**31 - 1)
SESSIONS = st.builds(
    Session,
    documents=st.lists(
        st.builds(
            OpenDocument, document_id=IDS, path=NAMES, caret=PLACES, scroll=PLACES, geometry=IDS
        ),
        max_size=3,
    ).map(tuple),
    recent=st.lists(NAMES, max_size=3).map(tuple),
)


@given(SESSIONS)
def test_a_session_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, session: Session
) -> None:
    file = tmp_path_factory.mktemp("data") / "session.json"
    save_session(file, session)
    assert load_session(file) == (session, "")
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_recent_files_are_few_and_each_is_there_once() -> None:
    session = Session()
    for name in ["/a", "/b", "/a"]:
        session = session.with_recent(Path(name))
    assert session.recent == (str(Path("/a")), str(Path("/b")))
    for number in range(20):
        session = session.with_recent(Path(f"/{number}"))
    assert len(session.recent) == MOST_RECENT


def test_what_an_older_version_did_not_write_has_its_default(tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    file.write_text('{"documents": [{"document_id": "d", "future": 1}], "recent": [], "more": 2}')
    assert load_session(file) == (Session(documents=(OpenDocument(document_id="d"),)), "")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\x00",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"documents": [{}], "recent": []}',
        b'{"documents": ["d"], "recent": []}',
        b'{"documents": [], "recent": [1]}',
        b'{"documents": [{"document_id": "d", "caret": Infinity}], "recent": []}',
        b'{"documents": [{"document_id": "d", "scroll": -1}], "recent": []}',
    ],
)
def test_a_damaged_session_is_set_aside(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "session.json"
    file.write_bytes(content)
    session, sentence = load_session(file)
    assert session == Session()
    assert sentence
    (aside,) = tmp_path.glob("*.json")
    assert "damaged" in aside.name
    assert aside.read_bytes() == content


def test_no_session_is_no_problem(tmp_path: Path) -> None:
    assert load_session(tmp_path / "none.json") == (Session(), "")


def test_a_session_that_cannot_be_kept_is_said_and_the_old_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "session.json"
    save_session(file, Session(recent=("/a",)))

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UserError, match="No space"):
        save_session(file, Session())
    monkeypatch.undo()
    assert json.loads(file.read_text())["recent"] == ["/a"]


@pytest.mark.parametrize(
    "odd",
    [
        "d", 5, None, [], {}, {"document_id": "../../x"}, {"document_id": ""}, {"document_id": "a", "path": 5},
        {"document_id": "a", "path": "a\0b"}, {"document_id": "a", "path": "\ud800"}, {"document_id": "a", "caret": -1},
        {"document_id": "a", "caret": True}, {"document_id": "a", "scroll": 2**31},
        {"document_id": "a", "geometry": "é"},
    ],
)  # fmt: skip
@pytest.mark.expects_warnings
def test_what_makes_no_sense_is_left_out_and_the_rest_comes_back(
    tmp_path: Path, odd: object
) -> None:
    file = tmp_path / "session.json"
    good = {"document_id": "good", "path": "/a", "caret": 3}
    file.write_text(json.dumps({"documents": [odd, good], "recent": ["/a", 5, "/b"]}))
    session, said = load_session(file)
    assert session == Session(
        documents=(OpenDocument(document_id="good", path="/a", caret=3),), recent=("/a", "/b")
    )
    assert "damaged" in said
    assert [path.name for path in tmp_path.glob("*damaged*")], "the file was not kept"
