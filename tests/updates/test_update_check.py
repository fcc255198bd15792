"""Asking a server for newer versions, and fetching what it names: never back, never more than was signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.file_server import FileServer, breaks_after, serving, slow, status
from support.signed_updates import BOTH, NEW, OLD, STRANGE, TODAY, signed, trusted

from cowrite.base.errors import UserError
from cowrite.downloads.cancellation import Cancellation, DownloadCancelledError
from cowrite.downloads.network import Network
from cowrite.downloads.progress import DownloadProgress
from cowrite.settings.installation import Installation
from cowrite.updates.check import (
    DOWNLOADS,
    NAME,
    Here,
    Update,
    address_of,
    arrived,
    cannot_ask,
    check,
    fetch_installer,
)
from cowrite.updates.report import UpdateReport, download_text, parse_report
from cowrite.updates.seen import FILE, read_seen
from cowrite.updates.trust import bundled_trust

IMPATIENT = Network(connect_s=5, silence_s=0.4, attempts=3, first_wait_s=0.01, longest_wait_s=0.02)
INSTALLER = bytes(range(256)) * 400
HERE = Here(version="0.1.0", installation=Installation.DEB, system="linux-x86-64")


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving(installer=INSTALLER) as owner:
        yield owner


def pack(server: FileServer, **changes: object) -> dict[str, object]:
    return {
        "kind": "program",
        "name": "cowrite_99.1_amd64.deb",
        "version": "99.1",
        "size": len(INSTALLER),
        "sha256": hashlib.sha256(INSTALLER).hexdigest(),
        "url": server.url("installer"),
        "installation": "deb",
        "system": "linux-x86-64",
        **changes,
    }


def ask(server: FileServer, data: Path, here: Here = HERE) -> Update:
    return check(
        server.url(NAME), BOTH, here, data, IMPATIENT, Cancellation(), now_ms=1000, today=TODAY
    )


def test_what_is_newer_is_told_with_the_size_of_each_part(
    server: FileServer, tmp_path: Path
) -> None:
    runtime = pack(server, kind="runtime", name="gpu", version="2-1", size=9, installation="")
    other = pack(server, name="cowrite.exe", installation="windows", system="win-amd64")
    server.files[NAME] = signed({"packs": [pack(server), runtime, other]}, old=OLD)
    update = ask(server, tmp_path)
    assert update.is_newer
    assert [each.name for each in update.packs] == ["cowrite_99.1_amd64.deb"]
    with_pack = Here(
        version="0.1.0", installation=Installation.DEB, system="linux-x86-64", used=("gpu-1-1",)
    )
    both = ask(server, tmp_path, with_pack)
    assert [each.name for each in both.packs] == ["cowrite_99.1_amd64.deb", "gpu"]
    report = UpdateReport.of(both, "en")
    assert report.packs == {"cowrite_99.1_amd64.deb": len(INSTALLER), "gpu": 9}
    assert parse_report(report.to_json()) == report
    assert read_seen(tmp_path).serial == 7


def test_the_same_version_is_nothing_new(server: FileServer, tmp_path: Path) -> None:
    server.files[NAME] = signed({"version": "0.1"}, old=OLD)
    update = ask(server, tmp_path)
    assert not update.is_newer
    with pytest.raises(UserError, match="no installer"):
        fetch_installer(update, tmp_path, IMPATIENT, lambda _: None, Cancellation())


@pytest.mark.parametrize(
    "older", [{"serial": 6}, {"serial": 8, "version": "99.0"}], ids=["serial", "version"]
)
def test_it_never_goes_back(server: FileServer, tmp_path: Path, older: dict[str, object]) -> None:
    server.files[NAME] = signed(old=OLD)
    ask(server, tmp_path)
    server.files[NAME] = signed(older, old=OLD)
    with pytest.raises(UserError, match="tells of an older version"):
        ask(server, tmp_path)
    assert read_seen(tmp_path).serial == 7


def test_a_stranger_changes_nothing(server: FileServer, tmp_path: Path) -> None:
    server.files[NAME] = signed({"serial": 99}, old=STRANGE)
    with pytest.raises(UserError, match="wrong signature"):
        ask(server, tmp_path)
    assert not (tmp_path / FILE).exists()


def test_a_server_that_is_not_there_or_sends_half(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(UserError):
        ask(server, tmp_path)
    server.files[NAME] = signed(old=OLD)
    for way in (breaks_after(20), status(500)):
        server.ways[NAME] = [way]
        with pytest.raises(UserError):
            ask(server, tmp_path)
    server.files[NAME] = b" " * 2_000_000
    with pytest.raises(UserError, match="something else"):
        ask(server, tmp_path)


def test_an_open_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not protected"):
        check(
            "http://updates.example/news.json", BOTH, HERE, tmp_path, IMPATIENT, Cancellation(),
            now_ms=1, today=TODAY,
        )  # fmt: skip


def test_the_installer_is_fetched_whole(server: FileServer, tmp_path: Path) -> None:
    server.files[NAME] = signed({"packs": [pack(server)]}, old=OLD, new=NEW)
    server.ways["installer"] = [breaks_after(5000)]
    place = fetch_installer(
        ask(server, tmp_path), tmp_path, IMPATIENT, lambda _: None, Cancellation()
    )
    assert place.read_bytes() == INSTALLER
    assert place.is_relative_to(tmp_path)


def test_an_installer_with_another_hash_is_refused(server: FileServer, tmp_path: Path) -> None:
    server.files[NAME] = signed({"packs": [pack(server)]}, old=OLD)
    server.files["installer"] = INSTALLER[:-1] + b"!"
    with pytest.raises(UserError):
        fetch_installer(ask(server, tmp_path), tmp_path, IMPATIENT, lambda _: None, Cancellation())
    assert not list(tmp_path.rglob("*.deb"))


@pytest.mark.parametrize(
    "bad", [{"url": ""}, {"url": "http://updates.example/x.deb"}], ids=["none", "open line"]
)
def test_an_installer_from_nowhere_is_refused(
    server: FileServer, tmp_path: Path, bad: dict[str, object]
) -> None:
    server.files[NAME] = signed({"packs": [pack(server, **bad)]}, old=OLD)
    with pytest.raises(UserError, match="does not say where"):
        fetch_installer(ask(server, tmp_path), tmp_path, IMPATIENT, lambda _: None, Cancellation())


def test_without_keys_nobody_is_asked() -> None:
    assert address_of(trusted(), "https://updates.example/") == ""
    assert address_of(BOTH) == BOTH.address
    assert address_of(bundled_trust()) == "" or bundled_trust().keys
    assert "by itself" in cannot_ask()


@pytest.mark.parametrize("version", ["", "99.0.1", "tomorrow", "1.0; rm", "9" * 30])
def test_whatever_was_written_down_the_news_is_compared_with_it(
    server: FileServer, tmp_path: Path, version: str
) -> None:
    (tmp_path / FILE).write_text(f'{{"format": 1, "serial": 3, "version": "{version}"}}', "utf-8")
    server.files[NAME] = signed(old=OLD)
    assert ask(server, tmp_path).is_newer
    assert read_seen(tmp_path).version == "99.1"


def test_what_has_arrived_is_told_and_other_versions_are_cleared_away(
    server: FileServer, tmp_path: Path
) -> None:
    server.files[NAME] = signed({"packs": [pack(server)]}, old=OLD)
    cancellation = Cancellation()

    def stop(progress: DownloadProgress) -> None:
        if progress.bytes_done:
            cancellation.cancel()

    before = tmp_path / DOWNLOADS / "99.0"
    before.mkdir(parents=True)
    (before / "old.deb").write_bytes(b"old")
    server.ways["installer"] = [slow(0.01)]
    update = ask(server, tmp_path)
    assert arrived(update, tmp_path) == 0
    assert not before.exists()
    with pytest.raises(DownloadCancelledError):
        fetch_installer(update, tmp_path, IMPATIENT, stop, cancellation)
    assert 0 < arrived(update, tmp_path) < len(INSTALLER)
    server.files[NAME] = signed({"version": "0.1", "serial": 8}, old=OLD)
    (tmp_path / FILE).unlink()
    assert arrived(ask(server, tmp_path), tmp_path) == 0
    assert not list((tmp_path / DOWNLOADS).iterdir())


def test_how_far_it_is_is_a_sentence() -> None:
    report = UpdateReport(bytes_done=30_000_000, bytes_total=300_000_000)
    assert download_text(report) == "Downloading, 30 of 300 MB"
    moving = replace(report, bytes_per_s=3_000_000, seconds_left=90)
    assert download_text(moving) == "Downloading, 30 of 300 MB, 3.0 MB/s, 2 min left"
    delayed = replace(moving, note="The server does not answer.")
    assert download_text(delayed) == "Downloading, 30 of 300 MB. The server does not answer."
