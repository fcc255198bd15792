"""From a release to a person who has the one before: published, served, asked, fetched, installed."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from desktop.stand_ins import with_resources
from nacl.signing import SigningKey
from packages.test_package_build import script
from support.file_server import FileServer, serving
from support.made_up_packs import make_pack

from cowrite.packs.manifest import FILE, read_manifest
from cowrite.packs.store import PackStore
from cowrite.settings.installation import Installation
from cowrite.updates.check import NAME
from cowrite.updates.metadata import read_signed
from cowrite.updates.trust import read_trust

ROOT = Path(__file__).parent.parent.parent
LATER = "98.7"
INSTALLER = b"an installer " * 1000
Publish = Callable[..., int]


@pytest.fixture
def publishing(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script of a clone of a later version than the program that will ask."""
    module = script("publish", monkeypatch)
    monkeypatch.setattr(module, "__version__", LATER)
    return module


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving() as owner:
        yield owner


@pytest.fixture
def trust(tmp_path: Path, server: FileServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a publisher writes into a clone with sign_update.py before the first release."""
    signing = script("sign_update", monkeypatch)
    file = tmp_path / "trust.json"
    file.write_text('{"format": 1, "address": "", "keys": []}', "utf-8")
    monkeypatch.setattr(signing, "TRUST", file)
    today = datetime.now(UTC).date()
    last = (today + timedelta(days=400)).isoformat()
    secret = signing.new_key("first", today.isoformat(), last, file)
    (tmp_path / "first.key").write_text(secret + "\n", "utf-8")
    assert signing.main(["address", server.url(NAME)]) == 0
    assert read_trust(file).address == server.url(NAME)
    return file


@pytest.fixture
def publish(tmp_path: Path, trust: Path, publishing: ModuleType) -> Publish:
    """Publishes into tmp_path/public with the first key."""
    (tmp_path / "changes.txt").write_text("Faster.\nSmaller.\n", "utf-8")
    usual = [
        str(tmp_path / "public"), "--key", f"first={tmp_path / 'first.key'}", "--trust", str(trust),
        "--changes", f"en={tmp_path / 'changes.txt'}",
    ]  # fmt: skip
    return lambda *words: publishing.main([*usual, *map(str, words)])


def installer(tmp_path: Path, name: str) -> Path:
    path = tmp_path / name
    path.write_bytes(INSTALLER)
    return path


def serve(server: FileServer, public: Path) -> None:
    server.files = {
        path.relative_to(public).as_posix(): path.read_bytes()
        for path in public.rglob("*")
        if path.is_file()
    }


def cowrite(environ: dict[str, str], home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cowrite", "--home", str(home), *words],
        env={**os.environ, **environ}, cwd=ROOT, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


def test_a_release_reaches_a_program_of_the_version_before(
    tmp_path: Path,
    trust: Path,
    publish: Publish,
    publishing: ModuleType,
    server: FileServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With real processes: the program asks, fetches what is signed, and gets the pack it was built to know."""
    # What runs here is a clone.
    kinds = {**publishing.KINDS, ".src": (Installation.SOURCE, "")}
    monkeypatch.setattr(publishing, "KINDS", kinds)
    pack = make_pack(tmp_path / "pack")
    names = [f"cowrite_{LATER}.deb", f"Cowrite-{LATER}.AppImage", f"cowrite-{LATER}.src"]
    release = [installer(tmp_path, name) for name in names]
    assert publish("--first", "--pack", pack, *release) == 0
    public = tmp_path / "public"
    serve(server, public)
    gpu_pack = script("gpu_pack", monkeypatch)
    known = gpu_pack.at_address(read_manifest((pack / FILE).read_bytes()), server.url("gpu-1"))
    environ = with_resources(
        tmp_path / "build",
        updates__trust=trust.read_bytes(),
        **{"packs__cowrite-pack": json.dumps(asdict(known)).encode()},
    )
    home = tmp_path / "home"
    asked = cowrite(environ, home, "updates", "check", "--json")
    assert asked.returncode == 0, asked.stderr
    report = json.loads(asked.stdout)
    assert (report["version"], report["is_newer"], report["installer"]) == (LATER, True, True)
    assert report["changes"] == ["Faster.", "Smaller."]
    assert list(report["packs"]) == [names[2]]
    fetched = cowrite(environ, home, "updates", "download", "--json")
    place = Path(json.loads(fetched.stdout.splitlines()[-1])["place"])
    assert place.name == names[2]
    assert place.read_bytes() == INSTALLER
    installed = cowrite(environ, home, "packs", "install", "--without-card")
    assert installed.returncode == 0, installed.stderr
    assert PackStore.of(home / "data").pointer.active == "gpu-1"


def test_news_is_renewed_and_never_goes_back(
    tmp_path: Path, trust: Path, publish: Publish, capsys: pytest.CaptureFixture[str]
) -> None:
    deb = installer(tmp_path, f"cowrite_{LATER}.deb")
    assert publish(deb) == 1
    assert "--first" in capsys.readouterr().err
    assert not (tmp_path / "public").exists()
    assert publish("--first", deb) == 0
    assert publish("--days", "200") == 0
    today = datetime.now(UTC).date()
    data = (tmp_path / "public" / NAME).read_bytes()
    found = read_signed(data, read_trust(trust).keys, today)
    assert (found.serial, found.version, len(found.packs)) == (2, LATER, 1)
    assert found.expires == (today + timedelta(days=200)).isoformat()
    assert date.fromisoformat(found.issued) == today


def test_what_a_publisher_may_do_wrong(
    tmp_path: Path,
    trust: Path,
    publish: Publish,
    capsys: pytest.CaptureFixture[str],
) -> None:
    deb = installer(tmp_path, f"cowrite_{LATER}.deb")
    assert publish("--first", installer(tmp_path, "cowrite.rpm")) == 1
    pack = make_pack(tmp_path / "pack")
    next(pack.glob("toy*.whl")).write_bytes(b"another")
    assert publish("--first", "--pack", pack, deb) == 1
    other = SigningKey(b"o" * 32)
    secret = base64.b64encode(bytes(other)).decode()
    (tmp_path / "first.key").write_text(secret, "utf-8")
    assert publish("--first", deb) == 1
    assert not (tmp_path / "public" / NAME).exists()
    said = capsys.readouterr().err
    for words in ("is no installer", "not what the pack's description says", "wrong signature"):
        assert words in said
    stored = json.loads(trust.read_text("utf-8"))
    trust.write_text(json.dumps({**stored, "address": ""}), "utf-8")
    assert publish("--first", deb) == 1
    assert "sign_update.py address" in capsys.readouterr().err
