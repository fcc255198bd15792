"""Whatever stands in the program's own files, it opens, shows what is good, and says what was left out."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from open_program import OpenProgram, put_model
from PySide6.QtCore import Qt

from cowrite.documents.identity import document_id_for
from cowrite.documents.journal import JournalEntry
from cowrite.documents.session import OpenDocument
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.suggest.filter.features import FEATURE_NAMES

OpenIt = Callable[..., OpenProgram]
pytestmark = pytest.mark.expects_warnings

NONSENSE = [
    None, True, -1, 2**31, 2**63, 10**30, -(10**30), 1.5, math.nan, math.inf, "", "x", "\0", "a\0b", "\ud800",
    "ä" * 5_000, "/\0", "../x", "~", [], [[]], {}, {"path": 1}, "AdnQywAD", "////", "A" * 100_000,
]  # fmt: skip


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.txt"
    path.write_text("good 😀e\u0301 text", "utf-8")
    return path


def said(program: OpenProgram) -> str:
    return " ".join(text for window in program.windows for text in window.messages.texts)


def names(program: OpenProgram) -> list[str]:
    return [window.active_view.document.name for window in program.windows]


def record(at: object, **values: object) -> dict[str, object]:
    usual = {"document_id": "a" * 32, "path": str(at), "caret": 0, "scroll": 0, "geometry": ""}
    return usual | values


def put_session(paths: Paths, *documents: object, recent: object = ()) -> None:
    stored = {"documents": documents, "recent": recent}
    paths.session_file.write_text(json.dumps(stored))


@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: ascii(value)[:20])
def test_a_session_of_nonsense(open_it: OpenIt, paths: Paths, good: Path, value: object) -> None:
    bad = [
        value,
        record(good, path=value),
        *(record(good, **{name: value}) for name in ("document_id", "caret", "scroll", "geometry")),
    ]
    other = good.with_name("other.txt")
    other.write_text("other")
    put_session(paths, *bad, record(other), recent=[value, str(good)])
    program = open_it()
    assert names(program) == ["good.txt", "other.txt"]
    assert good in program.program.manager.recent
    assert "Your files were not changed." in said(program)
    program.close()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0", b"[]", b"1", b"NaN", b"\xff", b"[" * 100_000, b'{"documents": ' + b"[" * 100_000,
        b'{"documents": {}, "recent": {}}', b"9" * 10_000, b'{"a":' * 100_000,
    ],
    ids=lambda content: ascii(content)[:20],
)  # fmt: skip
@pytest.mark.parametrize("name", ["session", "settings", "identities", "gate"])
def test_a_file_that_is_none(open_it: OpenIt, paths: Paths, name: str, content: bytes) -> None:
    put_model(paths)
    file = {
        "session": paths.session_file,
        "settings": paths.settings_file,
        "identities": paths.identities_file,
        "gate": paths.filter_file,
    }[name]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    program = open_it()
    program.type("Once")
    assert program.page.text() == "Once"
    if name in ("session", "settings", "identities") and b"documents" not in content:
        assert "damaged" in said(program)
    program.close()


@pytest.mark.parametrize("name", ["session", "settings", "identities", "gate"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "loop"])
@pytest.mark.skipif(os.name != "posix", reason="Windows has no such pipes")
def test_what_is_no_file_at_all(open_it: OpenIt, paths: Paths, name: str, kind: str) -> None:
    file = {
        "session": paths.session_file,
        "settings": paths.settings_file,
        "identities": paths.identities_file,
        "gate": paths.filter_file,
    }[name]
    if kind == "folder":
        file.mkdir(parents=True)
    elif kind == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to(file.name)
    program = open_it()
    program.type("Once")
    assert program.page.text() == "Once"
    program.close()


def test_a_session_of_what_is_no_text_file(open_it: OpenIt, paths: Paths, good: Path) -> None:
    """A folder, a file that is gone, one that is no text, a pipe, a name that is too long, a link to itself."""
    folder = good.parent
    (folder / "binary").write_bytes(b"\0\1")
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to("loop")
    bad = [
        folder,
        folder / "gone",
        folder / "binary",
        folder / "pipe",
        folder / ("x" * 300),
        folder / "loop",
    ]
    put_session(paths, *map(record, bad), record(good))
    program = open_it()
    assert names(program) == ["good.txt"]
    for sentence in ("is a folder", "There is no file", "is not a text file", "not a regular file"):
        assert sentence in said(program)
    program.close()


@pytest.mark.parametrize(
    ("caret", "lands"),
    [
        (0, 0),
        (5, 5),
        (6, 5),
        (7, 7),
        (8, 7),
        (9, 9),
        (10**9, 14),
        (2**31 - 1, 14),
        (10**30, 0),
        (-5, 0),
    ],
)
def test_the_caret_stands_at_a_character(
    open_it: OpenIt, paths: Paths, good: Path, caret: int, lands: int
) -> None:
    """Neither within the two halves of a character, nor between a letter and its accent, nor after the end."""
    put_session(paths, record(good, caret=caret, scroll=2**31 - 1))
    program = open_it()
    assert program.page.textCursor().position() == lands
    program.type("x")
    assert len(program.page.text().encode()) == len(good.read_bytes()) + 1
    program.close()


def test_a_geometry_of_any_bytes_leaves_the_window_on_screen(
    open_it: OpenIt, paths: Paths, good: Path
) -> None:
    program = open_it(files=[good])
    window = program.window
    whole = base64.b64decode(window.as_open_document().geometry)
    spoilt = [
        whole[:at] + bytes([value]) * width + whole[at + width :]
        for at in range(0, len(whole), 3)
        for value, width in ((0xFF, 1), (0x7F, 4), (0x80, 4))
    ]
    for data in [*spoilt, *(whole[:size] for size in range(0, len(whole), 5))]:
        geometry = base64.b64encode(data).decode()
        window.place_as(OpenDocument(document_id="d", geometry=geometry))
        program.program._application.processEvents()
        window.setWindowState(Qt.WindowState.WindowNoState)
        available = window.screen().availableGeometry()
        assert available.intersects(window.frameGeometry())
        assert window.width() <= available.width()
    program.close()


def test_a_file_that_became_shorter(open_it: OpenIt, paths: Paths, good: Path) -> None:
    put_session(paths, record(good, caret=9))
    good.write_text("a")
    assert open_it().page.textCursor().position() == 1


def put_journal(paths: Paths, name: str = "d", text: str = "unsaved", **values: object) -> None:
    """A journal that is whole, whatever its header says."""
    body = text.encode("utf-8", "surrogatepass")
    entry = JournalEntry(document_id=name, path="", text="", caret=0, saved_at_ms=1)
    header: dict[str, Any] = asdict(entry) | {
        "magic": "cowrite-journal",
        "version": 1,
        "length": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    line = json.dumps(header | values).encode()
    check = hashlib.sha256(line).hexdigest().encode()
    paths.journal_dir.mkdir(parents=True, exist_ok=True)
    (paths.journal_dir / f"{name}.journal").write_bytes(check + b"\n" + line + b"\n" + body)


@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: ascii(value)[:20])
def test_a_journal_of_nonsense(open_it: OpenIt, paths: Paths, good: Path, value: object) -> None:
    for name in ("path", "caret", "saved_at_ms", "stamp", "document_id"):
        put_journal(paths, name.replace("_", "-"), f"unsaved {name}", **{name: value})
    put_session(paths, record(good))
    program = open_it()
    texts = {window.active_view.page.text() for window in program.windows}
    assert {f"unsaved {name}" for name in ("path", "caret", "stamp", "document_id")} <= texts
    assert good.read_text("utf-8") in texts
    program.close()


@pytest.mark.parametrize("text", ["\0", "\r\n\r", "\u2029", "😀" * 10, "a\ufffe", "\x1b"])
def test_unsaved_text_of_any_kind_is_there(open_it: OpenIt, paths: Paths, text: str) -> None:
    put_journal(paths, text=text, caret=1)
    program = open_it()
    assert program.page.text() == text
    program.close()


def test_half_characters_cost_no_whole_one(open_it: OpenIt, paths: Paths) -> None:
    put_journal(paths, text="one \ud800 two \udfff😀", caret=5)
    program = open_it()
    assert [word for word in program.page.text().split() if word.isalpha()] == ["one", "two"]
    assert program.page.text().endswith("😀")
    program.close()


def test_unsaved_text_of_what_is_a_folder_now(
    open_it: OpenIt, paths: Paths, tmp_path: Path
) -> None:
    put_journal(paths, path=str(tmp_path))
    program = open_it()
    assert program.page.text() == "unsaved"
    assert program.program.manager.actions_of(program.window).save().result is False
    assert program.page.text() == "unsaved"
    program.close()


@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: ascii(value)[:20])
def test_settings_of_nonsense(open_it: OpenIt, paths: Paths, value: object) -> None:
    for_all = dict.fromkeys(asdict(Preferences()), value)
    paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    paths.settings_file.write_text(json.dumps(for_all | {"column_characters": 70}))
    program = open_it()
    assert program.program.manager.preferences.column_characters == 70
    assert "default value is used" in said(program)
    program.type("Once")
    assert program.page.text() == "Once"
    program.close()


@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: ascii(value)[:20])
def test_a_gate_of_nonsense(open_it: OpenIt, paths: Paths, value: object) -> None:
    put_model(paths)
    numbers = {"mean": value, "scale": value, "coefficient": value}
    gate = {
        "version": 1,
        "intercept": value,
        "examples": value,
        "features": dict.fromkeys(FEATURE_NAMES, numbers),
    }
    paths.filter_file.write_text(json.dumps(gate))
    program = open_it()
    program.until_ready()
    program.type("Once ")
    assert program.page.text() == "Once "
    program.close()


@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: ascii(value)[:20])
def test_an_adapter_pointer_of_nonsense(open_it: OpenIt, paths: Paths, value: object) -> None:
    put_model(paths)
    paths.adapters_dir.mkdir(parents=True, exist_ok=True)
    pointer = {"active": value, "history": value}
    content = {"format": 1, "models": {"smollm2-135m-instruct": pointer}}
    (paths.adapters_dir / "active.json").write_text(json.dumps(content))
    program = open_it()
    program.until_ready()
    program.type("Once ")
    assert program.page.text() == "Once "
    program.close()


@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: ascii(value)[:20])
def test_identities_of_nonsense(open_it: OpenIt, paths: Paths, good: Path, value: object) -> None:
    paths.identities_file.write_text(
        json.dumps({"format": 1, "documents": {document_id_for(good): value, "x y": "z"}})
    )
    program = open_it(files=[good])
    program.type("more ")
    program.window.active_view.document.journal.write()
    program.program.journal_writer.wait_until_idle()
    assert len([*paths.journal_dir.glob("*.journal")]) == 1
    assert "damaged" in said(program)
    program.crash()
    program = open_it()
    assert program.page.text().startswith("more good")
    program.close()
