"""Unpacking wheels: what is listed and nothing else, inside the folder, no more than was said."""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.made_up_packs import record_row, write_pack_wheel

from cowrite.base.errors import UserError
from cowrite.packs.unpack import Room, unpack_wheel

FILES = {"toy/__init__.py": b"x = 1\n", "toy/lib/libtoy.so": bytes(range(256)) * 50}


def roomy() -> Room:
    return Room(bytes_left=1_000_000, files_left=100)


def unpack(wheel: Path, folder: Path, room: Room | None = None) -> None:
    folder.mkdir(exist_ok=True)
    unpack_wheel(wheel, folder, room or roomy(), lambda _: None)


def there(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_files_are_there_and_nothing_else(tmp_path: Path) -> None:
    wheel = write_pack_wheel(tmp_path / "toy.whl", FILES)
    unpack(wheel, tmp_path / "in")
    found = there(tmp_path / "in")
    found.pop("toy-1.dist-info/RECORD")
    assert found == FILES


def test_what_belongs_beside_modules_goes_there_and_programs_are_left_out(tmp_path: Path) -> None:
    files = {"toy-1.data/purelib/toy/a.py": b"a", "toy-1.data/scripts/toy": b"#!python"}
    unpack(write_pack_wheel(tmp_path / "toy.whl", files), tmp_path / "in")
    assert set(there(tmp_path / "in")) == {"toy/a.py", "toy-1.dist-info/RECORD"}


@pytest.mark.skipif(os.name != "posix", reason="permissions of files")
def test_a_program_may_be_run(tmp_path: Path) -> None:
    wheel = tmp_path / "toy.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        member = zipfile.ZipInfo("torch/bin/helper")
        member.external_attr = (stat.S_IFREG | 0o755) << 16
        archive.writestr(member, b"run")
        archive.writestr("toy-1.dist-info/RECORD", record_row("torch/bin/helper", b"run"))
    unpack(wheel, tmp_path / "in")
    assert stat.S_IMODE((tmp_path / "in/torch/bin/helper").stat().st_mode) == 0o700


HOSTILE = {
    "above": "../evil.py",
    "within": "toy/../../evil.py",
    "root": "/evil.py",
    "drive": "C:/evil.py",
    "backslash": "..\\evil.py",
    "dot": "toy/./evil.py",
    "empty": "toy//evil.py",
    "device": "toy/con.py",
    "stream": "toy/a.py:evil",
    "space": "toy /a.py",
    "control": "toy/\x01.py",
    "long": "a" * 500,
    "data": "toy-1.data/purelib/../../evil.py",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_name_leads_outside(tmp_path: Path, name: str) -> None:
    wheel = write_pack_wheel(tmp_path / "toy.whl", {name: b"evil"})
    with pytest.raises(UserError, match="is not what it should be"):
        unpack(wheel, tmp_path / "in")
    assert not there(tmp_path / "in")
    assert {path.name for path in tmp_path.iterdir()} == {"toy.whl", "in"}


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=40))
def test_whatever_the_name_is_it_stays_inside(name: str) -> None:
    with tempfile.TemporaryDirectory() as root:
        wheel = Path(root) / "toy.whl"
        try:
            write_pack_wheel(wheel, {name: b"evil"})
        except (ValueError, OSError):
            return  # zipfile itself refuses
        with contextlib.suppress(UserError):
            unpack(wheel, Path(root) / "in")
        assert {path.name for path in Path(root).iterdir()} == {"toy.whl", "in"}


def test_links_are_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "toy.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        member = zipfile.ZipInfo("toy/link")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, b"/etc/passwd")
        archive.writestr("toy-1.dist-info/RECORD", record_row("toy/link", b"/etc/passwd"))
    with pytest.raises(UserError):
        unpack(wheel, tmp_path / "in")


RECORDS = {
    "missing file": "\n".join(
        record_row(name, data) for name, data in {**FILES, "b.py": b""}.items()
    ),
    "unlisted file": record_row("toy/__init__.py", FILES["toy/__init__.py"]),
    "wrong hash": "\n".join(record_row(name, data + b"!") for name, data in FILES.items()),
    "no list": "\xff",
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())
def test_the_list_and_the_files_must_agree(tmp_path: Path, record: str) -> None:
    wheel = write_pack_wheel(tmp_path / "toy.whl", FILES, record=record)
    with pytest.raises(UserError):
        unpack(wheel, tmp_path / "in")


def test_a_wheel_without_a_list_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "toy.whl", "w") as archive:
        archive.writestr("toy/a.py", b"")
    with pytest.raises(UserError):
        unpack(tmp_path / "toy.whl", tmp_path / "in")


def test_no_more_is_unpacked_than_was_said(tmp_path: Path) -> None:
    wheel = write_pack_wheel(tmp_path / "bomb.whl", {"toy/bomb": b"\0" * 900_000})
    with pytest.raises(UserError):
        unpack(wheel, tmp_path / "in", Room(bytes_left=800_000, files_left=10))
    assert not (tmp_path / "in/toy/bomb").exists()
    with pytest.raises(UserError):
        unpack(wheel, tmp_path / "few", Room(bytes_left=1_000_000, files_left=1))


def test_a_wheel_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    wheel = write_pack_wheel(tmp_path / "toy.whl", {"toy/a.py": b"a" * 70_000})
    data = wheel.read_bytes()
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x01\x02"))
    small = struct.pack("<I", 10)
    wheel.write_bytes(data[: at + 24] + small + data[at + 28 :])
    with pytest.raises(UserError):
        unpack(wheel, tmp_path / "in")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_half_a_wheel_is_refused(tmp_path: Path, share: float) -> None:
    wheel = write_pack_wheel(tmp_path / "toy.whl", FILES)
    data = wheel.read_bytes()
    wheel.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(UserError):
        unpack(wheel, tmp_path / "in")


def test_two_wheels_may_share_a_file_but_not_a_name(tmp_path: Path) -> None:
    room = roomy()
    one = write_pack_wheel(tmp_path / "one.whl", {"maker/__init__.py": b""}, name="one")
    two = write_pack_wheel(tmp_path / "two.whl", {"maker/__init__.py": b""}, name="two")
    other = write_pack_wheel(tmp_path / "other.whl", {"maker/__init__.py": b"1"}, name="other")
    case = write_pack_wheel(tmp_path / "case.whl", {"Maker/__init__.py": b""}, name="case")
    unpack(one, tmp_path / "in", room)
    unpack(two, tmp_path / "in", room)
    for bad in (other, case):
        with pytest.raises(UserError):
            unpack(bad, tmp_path / "in", room)


def test_unpacking_can_be_stopped(tmp_path: Path) -> None:
    wheel = write_pack_wheel(tmp_path / "toy.whl", FILES)

    class StopError(Exception):
        pass

    def stop(_: int) -> None:
        raise StopError

    (tmp_path / "in").mkdir()
    with pytest.raises(StopError):
        unpack_wheel(wheel, tmp_path / "in", roomy(), stop)


def test_what_nobody_needs_is_left_out_and_takes_no_room(tmp_path: Path) -> None:
    large = {"toy/include/deep/toy.h": b"x" * 900, "toy/lib/libtoy_static.a": b"x" * 900}
    wheel = write_pack_wheel(tmp_path / "toy.whl", {**FILES, **large})
    size = sum(map(len, FILES.values())) + 400
    room = Room(bytes_left=size, files_left=3, left_out=("toy/include/*", "*.a"))
    unpack(wheel, tmp_path / "in", room)
    assert set(there(tmp_path / "in")) == {*FILES, "toy-1.dist-info/RECORD"}


def test_a_name_in_no_known_encoding_is_refused_in_a_sentence(tmp_path: Path) -> None:
    wheel = write_pack_wheel(tmp_path / "toy.whl", {"toy/é.py": b"x"})
    data = wheel.read_bytes()
    assert "é".encode() in data
    wheel.write_bytes(data.replace("é".encode(), b"\xff\xfe"))
    with pytest.raises(UserError, match="not what it should be"):
        unpack(wheel, tmp_path / "in")
