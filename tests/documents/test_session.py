"""What was open when the program ended: stored and restored."""

from __future__ import annotations

import base64
import errno
import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.base.records import may_be_path
from cowrite.documents.session import (
    MOST_FOLDERS,
    MOST_RECENT,
    OpenDocument,
    OpenWindow,
    Session,
    load_session,
    save_session,
)
from cowrite.settings.private_file import set_aside_copies

NAMES = st.text(st.characters(codec="utf-8") | st.just("\udcff"), max_size=8)
PATHS = NAMES.map(lambda name: os.path.abspath("/" + name.replace("\0", "")))  # noqa: PTH100
IDS = st.text("09azAZ-", max_size=64)
PLACES = st.integers(0, 2**31 - 1)
GEOMETRIES = st.binary(max_size=8).map(lambda data: base64.b64encode(data).decode())
SESSIONS = st.builds(
    Session,
    documents=st.lists(
        st.builds(
            OpenDocument,
            document_id=IDS,
            path=PATHS | st.just(""),
            caret=PLACES,
            scroll=PLACES,
            geometry=GEOMETRIES,
        ),
        max_size=3,
    ).map(tuple),
    windows=st.lists(
        st.builds(
            OpenWindow,
            window=PLACES,
            folder=PATHS | st.just(""),
            left=NAMES,
            left_px=PLACES,
            right=NAMES,
            right_px=PLACES,
        ),
        max_size=2,
    ).map(tuple),
    recent=st.lists(PATHS, max_size=3).map(tuple),
    folders=st.lists(PATHS, max_size=3).map(tuple),
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
        b"null",
        b"NaN",
        b"\x00",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"documents": ' + b"[" * 100_000,
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


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([10**30, -1, 2**31, "", "\0", "\ud800", "x" * 9_999]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(JSON, st.sampled_from(["document_id", "caret", "scroll", "geometry"]))
def test_of_a_record_what_makes_no_sense_is_left_out(
    tmp_path_factory: pytest.TempPathFactory, value: object, name: str
) -> None:
    """The file of the record, and every other record, are there."""
    file = tmp_path_factory.mktemp("data") / "session.json"
    good = {"document_id": "g", "path": os.path.abspath("/good")}  # noqa: PTH100
    bad = {"document_id": "b", "path": os.path.abspath("/bad"), name: value}  # noqa: PTH100
    content = json.dumps({"documents": [bad, good], "recent": [good["path"]]})
    file.write_text(content)
    session, sentence = load_session(file)
    assert [each.path for each in session.documents] == [bad["path"], good["path"]]
    assert session.recent == (good["path"],)
    taken = getattr(session.documents[0], name)
    usual = getattr(OpenDocument(document_id=""), name)
    assert (taken == value and type(taken) is type(usual)) or taken == usual
    if (
        value is not None and name != "document_id"
    ):  # null may say nothing, and an identity is nobody's business
        assert bool(sentence) == (taken != value or type(taken) is not type(value))
    assert len([*file.parent.glob("*.before-repair-*")]) == bool(sentence)


@given(JSON)
def test_a_record_without_a_file_that_can_be_hides_no_other(
    tmp_path_factory: pytest.TempPathFactory, value: object
) -> None:
    file = tmp_path_factory.mktemp("data") / "session.json"
    good = {"document_id": "g", "path": os.path.abspath("/good")}  # noqa: PTH100
    bad = {"document_id": "b", "path": value}
    makes_sense = value == "" or (may_be_path(value) and os.path.isabs(value))  # noqa: PTH117
    for documents in ([bad, good], [value, good], [good, *([value] * 2)]):
        file.write_text(json.dumps({"documents": documents, "recent": [value, good["path"]]}))
        session, sentence = load_session(file)
        assert good["path"] in [each.path for each in session.documents]
        assert good["path"] in session.recent
        if not makes_sense:
            assert [each.path for each in session.documents] == [good["path"]]
            assert sentence


@pytest.mark.parametrize(
    "content",
    [
        '{"documents": {}, "recent": 1}',
        "{}",
        '{"documents": [' + "9" * 9_999 + ', 5, "x", null], "recent": [Infinity, -1]}',
    ],
)
def test_what_is_no_list_of_documents_is_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "session.json"
    file.write_text(content)
    session, sentence = load_session(file)
    assert session == Session()
    assert "Your files were not changed." in sentence


def test_a_number_that_python_does_not_convert_hides_nothing(tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    file.write_text(
        '{"documents": [{"document_id": "d", "path": "", "caret": '
        + "9" * 9_999
        + '}], "recent": []}'
    )
    session, sentence = load_session(file)
    assert session.documents == (OpenDocument(document_id="d"),)
    assert sentence


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
@pytest.mark.expects_warnings
def test_a_pipe_in_its_place_keeps_nobody_waiting(tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    os.mkfifo(file)
    assert load_session(file)[0] == Session()


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
    assert session.documents[-1] == OpenDocument(document_id="good", path="/a", caret=3)
    assert session.recent == ("/a", "/b")
    assert "damaged" in said
    for each in session.documents[:-1]:  # what of it made sense
        assert each == OpenDocument(document_id=each.document_id)
    assert set_aside_copies(file), "the file was not kept"


def test_what_makes_no_sense_of_a_window_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    windows = [{"window": 1, "folder": "not absolute", "left": "outline", "left_px": -3}, 7]
    file.write_text(json.dumps({"documents": [], "recent": [], "windows": windows}))
    session, problem = load_session(file)
    assert session.windows == (OpenWindow(window=1, left="outline"),)
    assert "damaged" in problem


def test_folders_are_few_and_follow_what_is_renamed(tmp_path: Path) -> None:
    session = Session(recent=(str(tmp_path / "a/b.md"), str(tmp_path / "ab.md")))
    for number in range(MOST_FOLDERS + 2):
        session = session.with_folder(tmp_path / "a" / str(number))
    assert len(session.folders) == MOST_FOLDERS
    moved = session.with_moved(tmp_path / "a", tmp_path / "c")
    assert moved.folders[0] == str(tmp_path / "c" / str(MOST_FOLDERS + 1))
    assert moved.recent == (str(tmp_path / "c/b.md"), str(tmp_path / "ab.md"))
