"""An adapter as one file, to keep or to take to another machine: only what an adapter consists of, and all checked."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from cowrite.base.errors import UserError, of_the_system
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr
from cowrite.personalize.adapters.adapter_manifest import (
    LARGEST,
    LARGEST_MANIFEST,
    MANIFEST,
    AdapterManifest,
    read_manifest,
    require_whole,
)
from cowrite.personalize.adapters.registry import AdapterRegistry, StoredAdapter
from cowrite.settings.private_file import PRIVATE_FILE, sync_folder
from cowrite.settings.regular_file import require_regular_file

_LIMITS = {MANIFEST: LARGEST_MANIFEST, **LARGEST}
_PART = 1 << 20
# Weights hardly become smaller at all; what is packed tighter than this was made to fill a disk.
_MOST_RATIO, _ROOM = 200, 1 << 20
# What the library raises for an archive of which anything was altered.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    LookupError,
)
_STORED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def export_adapter(adapter: StoredAdapter, target: Path) -> None:
    """Write the adapter to the new file ``target``, whole or not at all. Raises UserError."""
    require_whole(adapter.path, adapter.manifest)
    if os.path.lexists(target):
        raise UserError(tr("{target} already exists.", target=target), tr("Choose another name."))
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                    for each in (MANIFEST, *sorted(adapter.manifest.files)):
                        archive.write(adapter.path / each, each)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        sync_folder(target.parent)
    except OSError as error:
        raise UserError(
            tr(
                "The adapter could not be written to {target} ({reason}).",
                target=target,
                reason=reason_of(error),
            )
        ) from error


def import_adapter(
    registry: AdapterRegistry, source: Path, check: Callable[[Path, str], None]
) -> StoredAdapter:
    """Take in the adapter in the file ``source``; it is not used yet.

    ``check`` looks at the folder with its files, gets the adapter's id, and raises UserError. Raises UserError if it is
    no adapter, damaged, too large, or there already.
    """
    try:
        with registry.staging() as staging:
            members = _unpacked(source, staging)
            manifest = _checked(staging, members, source)
            check(staging, manifest.id)
            return registry.take_in(staging, manifest)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise of_the_system(error) from error
        raise UserError(
            tr(
                "{source} could not be imported ({reason}).",
                source=source,
                reason=reason_of(error),
            )
        ) from error


def _unpacked(source: Path, staging: Path) -> dict[str, zipfile.ZipInfo]:
    """Write what is in ``source`` into ``staging``. Raises UserError, or OSError if ``staging`` cannot be written."""
    try:
        require_regular_file(source)
        file = source.open("rb")
    except OSError as error:
        raise UserError(
            tr("{source} cannot be read ({reason}).", source=source, reason=reason_of(error))
        ) from error
    try:
        with file, zipfile.ZipFile(file) as archive:
            members = _members(archive, source)
            needed = sum(each.file_size for each in members.values())
            if needed > shutil.disk_usage(staging).free:
                raise _refused(
                    source, tr("there is not enough disk space"), tr("Free up disk space.")
                )
            for name, member in members.items():
                _extract(archive, member, staging / name, _LIMITS[name])
            return members
    except _DAMAGED as error:
        raise _refused(source, tr("it is damaged or not an exported adapter")) from error


def _members(archive: zipfile.ZipFile, source: Path) -> dict[str, zipfile.ZipInfo]:
    """What is in the archive by name, if that is what belongs there and no more."""
    members: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = member.filename
        if name not in _LIMITS or name in members:
            raise _refused(source, tr("it contains files that no adapter has"))
        if member.flag_bits & 1 or member.compress_type not in _STORED:
            raise _refused(source, tr("it is encrypted or compressed in an unsupported way"))
        if member.file_size > min(_LIMITS[name], _ROOM + _MOST_RATIO * member.compress_size):
            raise _refused(source, tr("{name} is too large", name=name))
        members[name] = member
    if MANIFEST not in members:
        raise _refused(source, tr("it has no manifest"))
    return members


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, limit: int) -> None:
    """Write one member, and never more than it says and than it may have: what it says may be a lie."""
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
    left = min(member.file_size, limit)
    with archive.open(member) as packed, os.fdopen(handle, "wb") as file:
        while part := packed.read(_PART):
            left -= len(part)
            if left < 0:
                raise zipfile.BadZipFile("longer than it says")
            file.write(part)
        file.flush()
        os.fsync(file.fileno())


def _checked(staging: Path, members: dict[str, zipfile.ZipInfo], source: Path) -> AdapterManifest:
    manifest = read_manifest(staging, source.name)
    if {MANIFEST, *manifest.files} != set(members):
        raise _refused(source, tr("its manifest describes other files"))
    require_whole(staging, manifest)
    return manifest


def _refused(source: Path, why: str, advice: str = "") -> UserError:
    return UserError(
        tr("{name} cannot be imported: {why}.", name=source.name, why=why),
        advice or tr("Export the adapter again."),
    )
