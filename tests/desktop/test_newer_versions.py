"""*Help › Newer versions…* by real mouse and keys, with a build that believes a key and a server on this machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from desktop.display import Display
from desktop.running_program import front
from desktop.stand_ins import news, trust_of, with_resources
from desktop.window_user import PATIENCE_S, WindowUser
from support.file_server import FileServer, serving, slow

from cowrite.packs.manifest import this_system
from cowrite.updates.check import DOWNLOADS, NAME
from cowrite.updates.seen import FILE

WINDOW, ENTRY = "UpdatesWindow", ("Help", "Newer versions…")
INSTALLER = bytes(range(256)) * 12_000
HELD_BACK_S = 0.02
"""So much after each 16 KB: whoever pauses it has the time."""


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving(installer=INSTALLER) as owner:
        yield owner


def pack(server: FileServer, version: str = "99.1", **changes: object) -> dict[str, object]:
    return {
        "kind": "program",
        "name": f"cowrite-{version}.tar.zst",
        "version": version,
        "size": len(INSTALLER),
        "sha256": hashlib.sha256(INSTALLER).hexdigest(),
        "url": server.url("installer"),
        "installation": "source",
        "system": this_system(),
        **changes,
    }


@pytest.fixture
def writer(shown: Display, home: Path, tmp_path: Path, server: FileServer) -> Iterator[WindowUser]:
    server.files[NAME] = news({"packs": [pack(server)]})
    environ = with_resources(tmp_path / "build", updates__trust=trust_of(server.url(NAME)))
    with WindowUser(shown, home, environ=environ) as user:
        yield user


def test_asked_shown_paused_and_gone_on_with_after_another_start(
    writer: WindowUser, server: FileServer, home: Path
) -> None:
    writer.open(WINDOW, ENTRY)
    assert server.asked == []
    writer.press(WINDOW, "Ask once a day")
    writer.running.until(lambda _: _asks_daily(home), "the setting is kept")
    writer.press(WINDOW, "Ask now")
    writer.says(WINDOW, "Cowrite 99.1 is there.\n• Faster.")
    server.ways["installer"] = [slow(HELD_BACK_S)]
    writer.press(WINDOW, "Download")
    writer.says(WINDOW, "MB/s")
    writer.press(WINDOW, "Pause")
    writer.says(WINDOW, "MB are here and are kept.")
    assert writer.has(WINDOW, "Go on")
    writer.leave(WINDOW)
    writer.write("and so on. ")
    seen = json.loads((home / "data" / FILE).read_text("utf-8"))
    (home / "data" / FILE).write_text(json.dumps({**seen, "checked_ms": 0}), "utf-8")
    writer.start_again()
    # It is a day later, as far as the program knows, and the writer wished to be asked for then.
    writer.running.until(
        lambda r: "Cowrite 99.1 is there." in str(front(r)["controls"]),
        "the news of the day",
        within_s=PATIENCE_S,
    )
    writer.open(WINDOW, ENTRY, "keyboard")
    writer.says(WINDOW, "Cowrite 99.1 is there.")
    writer.driver.keys("alt+g")
    writer.says(WINDOW, "was downloaded and checked")
    assert server.starts("installer")[0] == 0
    assert min(server.starts("installer")[1:]) > 0
    (place,) = (home / "data" / DOWNLOADS).rglob("*.zst")
    assert place.read_bytes() == INSTALLER
    writer.leave(WINDOW)
    writer.write("and on. ")
    writer.require_no_errors()


def test_news_that_cannot_be_believed(writer: WindowUser, server: FileServer, home: Path) -> None:
    writer.open(WINDOW, ENTRY, "keyboard")
    writer.press(WINDOW, "Ask now")
    writer.says(WINDOW, "Cowrite 99.1 is there.")
    server.files["installer"] = INSTALLER[:-1] + b"!"
    writer.press(WINDOW, "Download")
    writer.says(WINDOW, "arrived damaged")
    assert not list((home / "data" / DOWNLOADS).rglob("*.zst"))
    assert writer.has(WINDOW, "Download")
    refused = {
        "than it did before": news({"serial": 6}),
        "held until": news({"serial": 8}, day=date.today() - timedelta(days=60)),
        "a wrong signature": news({"serial": 9}).replace(b"Faster", b"Slower"),
        "is not complete": b"{}",
    }
    for words, data in refused.items():
        server.files[NAME] = data
        writer.press(WINDOW, "Ask now")
        writer.says(WINDOW, words)
    server.files[NAME] = news({"serial": 10, "version": "0.0"})
    writer.press(WINDOW, "Ask now")
    writer.says(WINDOW, "than it did before")
    writer.leave(WINDOW)
    writer.write("and so on. ")


def _asks_daily(home: Path) -> bool:
    file = home / "config" / "settings.json"
    return file.exists() and bool(json.loads(file.read_text("utf-8")).get("check_updates"))
