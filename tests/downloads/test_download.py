"""Fetching from a real server that breaks, lies, stalls and sends on: the right bytes or a sentence."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from downloads.conftest import BODY, IMPATIENT, SHA256, Fetch
from support import file_server as ways
from support.file_server import FileServer, Way

from cowrite.base.errors import UserError
from cowrite.downloads import partial
from cowrite.downloads.cancellation import Cancellation, DownloadCancelledError
from cowrite.downloads.download import LOCK, Download, arrived_bytes, discard
from cowrite.downloads.network import Network
from cowrite.downloads.parts import Part
from cowrite.downloads.progress import DownloadProgress, DownloadState
from cowrite.settings.folder_lock import exclusive_lock

HALF = len(BODY) // 2


def half_there(folder: Path, fetch: Fetch, server: FileServer, part: Part) -> None:
    """As after a download that broke off in the middle for good."""
    server.ways["model"] = [ways.breaks_after(HALF), *[ways.status(503)] * 5]
    with pytest.raises(UserError, match="has a problem"):
        fetch(part)
    server.ways["model"] = []
    server.asked.clear()
    assert arrived_bytes(folder) == HALF


def test_a_file_arrives_whole_and_private(fetch: Fetch, part: Part, folder: Path):
    path = fetch(part)
    assert path == folder / "model.bin"
    assert path.read_bytes() == BODY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 or os.name == "nt"
    assert {each.name for each in folder.iterdir()} == {"model.bin", LOCK}


def test_what_is_there_is_checked_and_not_fetched_again(
    fetch: Fetch, part: Part, server: FileServer
):
    fetch(part)
    fetch(part)
    assert len(server.asked) == 1


def test_a_file_that_was_damaged_on_disk_is_fetched_anew(
    fetch: Fetch, part: Part, heard: list[DownloadProgress]
):
    path = fetch(part)
    path.write_bytes(BODY[:-1] + b"?")
    assert fetch(part).read_bytes() == BODY
    assert any("fetched anew" in each.note for each in heard)


BAD_ONCE: dict[str, list[Way]] = {
    "breaks": [ways.breaks_after(HALF)],
    "breaks at once": [ways.breaks_after(0)],
    "breaks often": [ways.breaks_after(len(BODY) // 8)] * 7,
    "has a problem": [ways.status(503)],
    "asks to wait": [ways.status(429, Retry_After=1)],
    "garbage": [ways.garbage],
    "short": [ways.clean_but_short(HALF)],
    "stalls": [ways.silent_after(HALF)],
    "never answers": [ways.never_answers],
    "ignores the range": [ways.breaks_after(HALF), ways.ignores_range],
    "part with status 200": [ways.breaks_after(HALF), ways.part_with_status_200],
    "part from before": [ways.breaks_after(HALF), ways.range_from(-1000)],
    "part from behind": [ways.breaks_after(HALF), ways.range_from(1000)],
    "part without a range": [ways.breaks_after(HALF), ways.part_without_range],
    "wrong bytes in the middle": [ways.breaks_after(HALF), ways.other_bytes],
    "chunked": [ways.chunked],
    "whole, then stalls": [ways.breaks_after(HALF), ways.silent_after(100)],
}


@pytest.mark.parametrize("name", BAD_ONCE)
def test_a_bad_server_is_outlasted(fetch: Fetch, part: Part, server: FileServer, name: str):
    server.ways["model"] = list(BAD_ONCE[name])
    assert fetch(part).read_bytes() == BODY
    assert not server.ways["model"]


@pytest.mark.parametrize(
    "way", [ways.ignores_range, ways.part_with_status_200, ways.range_from(-5)]
)
def test_bytes_that_are_there_are_not_thrown_away(
    fetch: Fetch, part: Part, server: FileServer, folder: Path, way: Way
):
    half_there(folder, fetch, server, part)
    server.ways["model"] = [way]
    assert fetch(part).read_bytes() == BODY
    assert server.starts("model") == [HALF]


ALWAYS_BAD: dict[str, tuple[Way, str]] = {
    "not there": (ways.status(404), "does not have"),
    "only for some": (ways.status(401), "to everyone.*import it from a file"),
    "always busy": (ways.status(500), "has a problem"),
    "wrong bytes": (ways.other_bytes, "arrived damaged"),
    "too long": (ways.too_long, "not the expected file"),
    "garbage": (ways.garbage, "connection.*lost.*kept"),
    "silent": (ways.never_answers, "does not answer"),
    "teapot": (ways.status(418), "unusable answer"),
    "compressed": (ways.status(200, Content_Encoding="gzip"), "unusable answer"),
    "in circles": (ways.redirect("/model"), "unusable answer"),
    "to an open line": (ways.redirect("http://example.org/model"), "insecure address"),
    "to a file": (ways.redirect("file:///etc/passwd"), "insecure address"),
    "to nowhere": (ways.redirect("http://"), "insecure address|unusable"),
    "not modified": (ways.status(304), "unusable answer"),
}


@pytest.mark.parametrize("name", ALWAYS_BAD)
def test_a_server_that_stays_bad_is_a_sentence(
    fetch: Fetch, part: Part, server: FileServer, folder: Path, name: str
):
    way, said = ALWAYS_BAD[name]
    server.usual = way
    with pytest.raises(UserError, match=said):
        fetch(part)
    assert not (folder / "model.bin").exists()


def test_nobody_there_is_a_sentence(fetch: Fetch, part: Part):
    with pytest.raises(UserError, match=r"cannot be reached.*network connection.*kept"):
        fetch(replace(part, sources=("http://127.0.0.1:9/model",)))


@pytest.mark.parametrize("source", ["ftp://127.0.0.1/x", "model", "http://[", "http://a b/"])
def test_what_is_no_address_is_a_sentence(fetch: Fetch, part: Part, source: str):
    with pytest.raises(UserError, match=r"unusable answer|cannot be reached"):
        fetch(replace(part, sources=(source,)))


def test_a_redirect_on_this_machine_is_followed(fetch: Fetch, part: Part, server: FileServer):
    server.files["other"] = BODY
    server.ways["model"] = [ways.redirect("/other"), ways.redirect(server.url("other"), 308)]
    server.ways["other"] = [ways.breaks_after(HALF)]
    assert fetch(part).read_bytes() == BODY
    assert server.starts("other") == [0, HALF]


def test_another_source_goes_on_where_one_ended(fetch: Fetch, part: Part, server: FileServer):
    server.files["mirror"] = BODY
    server.ways["model"] = [ways.breaks_after(HALF), ways.status(404)]
    gone = "http://127.0.0.1:9/model"
    assert (
        fetch(replace(part, sources=(gone, *part.sources, server.url("mirror")))).read_bytes()
        == BODY
    )
    assert server.starts("mirror") == [HALF]


def test_a_source_that_lies_is_left_for_another(fetch: Fetch, part: Part, server: FileServer):
    server.files |= {"liar": bytes(len(BODY)), "short": BODY[:-1]}
    sources = (server.url("liar"), server.url("short"), *part.sources)
    assert fetch(replace(part, sources=sources)).read_bytes() == BODY


def test_from_a_folder_or_a_stick(fetch: Fetch, part: Part, tmp_path: Path):
    stick = tmp_path / "sti ck é"
    stick.mkdir()
    (stick / "m").write_bytes(BODY)
    assert fetch(replace(part, sources=((stick / "m").as_uri(),))).read_bytes() == BODY
    with pytest.raises(UserError, match="cannot be read"):
        fetch(replace(part, name="other", sources=((stick / "n").as_uri(),)))


def test_what_was_begun_is_resumed_by_another_download(
    fetch: Fetch, part: Part, server: FileServer, folder: Path
):
    half_there(folder, fetch, server, part)
    assert fetch(part).read_bytes() == BODY
    assert server.starts("model") == [HALF]


@pytest.mark.parametrize("change", ["hash", "size"])
def test_another_version_is_fetched_from_its_first_byte(
    fetch: Fetch,
    part: Part,
    server: FileServer,
    folder: Path,
    heard: list[DownloadProgress],
    change: str,
):
    half_there(folder, fetch, server, part)
    new = BODY[::-1] if change == "hash" else BODY + b"more"
    server.files["model"] = new
    wanted = replace(part, size=len(new), sha256=hashlib.sha256(new).hexdigest())
    heard.clear()
    assert fetch(wanted).read_bytes() == new
    assert server.starts("model") == [0]
    assert any("fetched anew" in each.note for each in heard)


@pytest.mark.parametrize("content", [b"", b"{", b'{"format": 2}', b"[]"])
def test_a_state_that_cannot_be_read_is_not_believed(
    fetch: Fetch, part: Part, server: FileServer, folder: Path, content: bytes
):
    half_there(folder, fetch, server, part)
    (folder / "model.bin.state").write_bytes(content)
    assert fetch(part).read_bytes() == BODY
    assert server.starts("model") == [0]


@pytest.mark.parametrize("damage", ["one bit", "too long"])
def test_damage_on_disk_is_found_and_mended(
    fetch: Fetch, part: Part, server: FileServer, folder: Path, damage: str
):
    half_there(folder, fetch, server, part)
    path = folder / "model.bin.part"
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data if damage == "one bit" else bytes(len(BODY) + 1))
    assert fetch(part).read_bytes() == BODY


# --- without a hash --------------------------------------------------------------------------------------------------


@pytest.fixture
def unknown(part: Part) -> Part:
    """Nothing is known of it but where it is."""
    return replace(part, size=None, sha256=None)


def test_size_and_name_of_the_version_are_those_of_the_server(
    fetch: Fetch, unknown: Part, server: FileServer, folder: Path, heard: list[DownloadProgress]
):
    half_there(folder, fetch, server, unknown)
    assert fetch(unknown).read_bytes() == BODY
    assert server.starts("model") == [HALF]
    assert server.asked[0].headers["If-Range"] == '"one"'
    assert heard[-1].bytes_total == len(BODY)


@pytest.mark.parametrize("is_honest", [True, False])
def test_a_file_that_changed_on_the_server_is_never_mixed(
    fetch: Fetch, unknown: Part, server: FileServer, folder: Path, is_honest: bool
):
    half_there(folder, fetch, server, unknown)
    new = BODY[:1000] + BODY[: HALF + 10]
    server.files["model"], server.etags["model"] = new, '"two"'
    if not is_honest:
        server.ways["model"] = [ways.range_from(0)]
    assert fetch(unknown).read_bytes() == new


def test_a_file_that_became_shorter(fetch: Fetch, unknown: Part, server: FileServer, folder: Path):
    half_there(folder, fetch, server, unknown)
    server.files["model"], server.etags["model"] = BODY[:1000], '"two"'
    assert fetch(unknown).read_bytes() == BODY[:1000]


def test_a_weak_name_of_a_version_is_no_reason_to_go_on(
    fetch: Fetch, unknown: Part, server: FileServer, folder: Path
):
    server.etags["model"] = 'W/"one"'
    half_there(folder, fetch, server, unknown)
    assert fetch(unknown).read_bytes() == BODY
    assert server.starts("model") == [0]


def test_all_of_unknown_length(fetch: Fetch, unknown: Part, server: FileServer):
    server.usual = ways.chunked
    assert fetch(unknown).read_bytes() == BODY


def test_a_hash_as_git_counts(fetch: Fetch, part: Part, server: FileServer):
    digest = hashlib.sha1(b"blob %d\0" % len(BODY) + BODY).hexdigest()
    assert fetch(replace(part, sha256=None, git_sha1=digest)).read_bytes() == BODY
    with pytest.raises(UserError, match="damaged"):
        fetch(replace(part, name="other", sha256=None, git_sha1="0" * 40))


# --- several parts, cancelling, the disk -----------------------------------------------------------------------------


def test_progress_is_of_all_parts_and_never_runs_back(
    server: FileServer, part: Part, folder: Path, heard: list[DownloadProgress]
):
    server.files["small"] = b"small"
    small = Part(
        name="small",
        sources=(server.url("small"),),
        size=5,
        sha256=hashlib.sha256(b"small").hexdigest(),
    )
    empty = Part(name="empty", sources=small.sources, size=0)
    download = Download([small, empty, part], folder, network=IMPATIENT, on_progress=heard.append)
    assert [path.name for path in download.run()] == ["small", "empty", "model.bin"]
    done = [each.bytes_done for each in heard]
    assert done == sorted(done)
    assert heard[-1].bytes_total == len(BODY) + 5
    assert {each.state for each in heard} >= {DownloadState.CONNECTING, DownloadState.DOWNLOADING}


@pytest.mark.parametrize("way", [ways.never_answers, ways.silent_after(HALF), ways.status(503)])
def test_cancelling_ends_any_waiting_and_keeps_what_arrived(
    fetch: Fetch, part: Part, server: FileServer, folder: Path, way: Way
):
    server.usual = way
    cancellation = Cancellation()
    patient = Network(silence_s=60, first_wait_s=60, longest_wait_s=60)
    timer = threading.Timer(0.3, cancellation.cancel)
    timer.start()
    with pytest.raises(DownloadCancelledError):
        fetch(part, patient, cancellation)
    timer.join()
    kept = arrived_bytes(folder)
    assert kept in (0, HALF)
    server.usual = ways.honest
    server.asked.clear()
    assert fetch(part).read_bytes() == BODY
    assert server.starts("model") == [kept]


def test_what_was_cancelled_before_asks_nobody(fetch: Fetch, part: Part, server: FileServer):
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(DownloadCancelledError):
        fetch(part, IMPATIENT, cancellation)
    assert not server.asked


def test_a_disk_without_room_is_said_before(server: FileServer, part: Part, folder: Path):
    with pytest.raises(UserError, match=r"needs 0.0 GB more of disk space"):
        Download([part], folder, network=IMPATIENT, free_disk=lambda _: 1000).run()
    assert not server.asked


@pytest.mark.expects_warnings
def test_a_disk_that_fills_up_is_a_sentence_and_the_next_try_goes_on(
    fetch: Fetch, part: Part, server: FileServer, monkeypatch: pytest.MonkeyPatch
):
    real, written = os.write, [0]

    def write(handle: int, data: memoryview) -> int:
        written[0] += len(data)
        if written[0] > HALF:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, data)

    monkeypatch.setattr(partial.os, "write", write)
    with pytest.raises(UserError, match="disk is full"):
        fetch(part)
    monkeypatch.undo()
    assert fetch(part).read_bytes() == BODY
    assert server.starts("model")[-1] > 0


@pytest.mark.expects_warnings
def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path, part: Part):
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="could not be written"):
        Download([part], tmp_path / "file" / "x", network=IMPATIENT).run()


def test_one_process_at_a_time(fetch: Fetch, part: Part, folder: Path):
    folder.mkdir()
    with exclusive_lock(folder / LOCK):
        with pytest.raises(UserError, match="Another copy"):
            fetch(part)
        with pytest.raises(UserError, match="Another copy"):
            discard(folder)


def test_what_is_discarded_is_gone(fetch: Fetch, part: Part, server: FileServer, folder: Path):
    half_there(folder, fetch, server, part)
    discard(folder)
    assert not folder.exists()
    discard(folder)
    assert arrived_bytes(folder) == 0


# --- proxies ---------------------------------------------------------------------------------------------------------


def test_this_machine_is_reached_without_a_proxy(
    fetch: Fetch, part: Part, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetch(part).read_bytes() == BODY


def elsewhere(part: Part) -> Part:
    return replace(part, sources=("http://files.example/model",))


@pytest.fixture
def by_setting(server: FileServer) -> Callable[[], Network]:
    return lambda: replace(IMPATIENT, proxy=f"http://127.0.0.1:{server.port}")


def test_a_proxy_of_the_settings_and_of_the_environment(
    fetch: Fetch, part: Part, server: FileServer, by_setting, monkeypatch: pytest.MonkeyPatch
):
    server.files["http://files.example/model"] = BODY
    assert fetch(elsewhere(part), by_setting()).read_bytes() == BODY
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.port}")
    assert fetch(replace(elsewhere(part), name="other")).read_bytes() == BODY


def test_a_proxy_that_wants_a_password(fetch: Fetch, part: Part, server: FileServer, by_setting):
    server.usual = ways.status(407)
    with pytest.raises(UserError, match="proxy does not let"):
        fetch(elsewhere(part), by_setting())


@pytest.mark.parametrize("proxy", ["nonsense", "socks5://127.0.0.1:9", "ftp://x"])
def test_a_proxy_that_is_none(fetch: Fetch, part: Part, proxy: str):
    with pytest.raises(UserError, match="proxy for downloads cannot be used"):
        fetch(part, replace(IMPATIENT, proxy=proxy))


def test_the_parts_of_a_test_are_as_they_should_be(part: Part):
    assert part.sha256 == SHA256
