"""Makes the folder that a web server gives out: installers, the GPU pack, and signed news about them.

``python packaging/publish.py FOLDER --key NAME=FILE… [--changes LANGUAGE=FILE…] [--pack FOLDER] INSTALLER…``

The news says the version of this clone. The kind of each installer is told by its ending. ``--changes`` are files with
one line for each change. Without an installer the news that is in FOLDER is signed again with another last day. Whoever
has the program believes no news that is older than what it saw: FOLDER has to be the one of the last release, or
``--first`` has to say that there was none. What comes out is read as the program will before anything is replaced.
``README.md`` beside this file says how a publisher begins.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]

from sign_update import TRUST, sign  # noqa: E402

from cowrite import __version__  # noqa: E402
from cowrite.base.errors import UserError  # noqa: E402
from cowrite.base.json_values import read_json  # noqa: E402
from cowrite.base.records import decode  # noqa: E402
from cowrite.packs.manifest import FILE, this_system  # noqa: E402
from cowrite.packs.sources import source_at  # noqa: E402
from cowrite.settings.installation import Installation  # noqa: E402
from cowrite.updates.check import NAME  # noqa: E402
from cowrite.updates.metadata import (  # noqa: E402
    FORMAT,
    Envelope,
    PackKind,
    UpdateMetadata,
    UpdatePack,
    read_signed,
    version_number,
)
from cowrite.updates.trust import Trust, read_trust  # noqa: E402

DAYS = 90
KINDS = {
    ".deb": (Installation.DEB, this_system()),
    ".AppImage": (Installation.APPIMAGE, this_system()),
    ".exe": (Installation.WINDOWS, "win-amd64"),
    ".dmg": (Installation.MACOS, ""),
}
"""By the ending of an installer: the kind of package it is for, and its system; empty for every one of that kind."""


class PublishError(Exception):
    """Nothing was published; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is to be given out, and until when."""

    installers: Sequence[Path]
    pack: Path | None
    changes: dict[str, tuple[str, ...]]
    days: int = DAYS
    is_first: bool = False


def publish(
    folder: Path, release: Release, trust: Trust, secrets: Sequence[tuple[str, str]], today: date
) -> UpdateMetadata:
    """Write everything into ``folder``, the news last. Raises PublishError, UserError or OSError."""
    if not trust.address or not trust.address.endswith(f"/{NAME}"):
        raise PublishError(
            f"The program must ask at an address that ends with /{NAME}: sign_update.py address URL"
        )
    before = _news_in(folder)
    if before is None and not release.is_first:
        raise PublishError(f"{folder} has no {NAME}. Is it the folder of the last release? --first")
    if before is not None and version_number(before.version) > version_number(__version__):
        raise PublishError(f"{folder} has news of the later version {before.version}.")
    serial = before.serial + 1 if before else 1
    dates = {
        "serial": serial,
        "issued": today.isoformat(),
        "expires": (today + timedelta(days=release.days)).isoformat(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    if release.installers:
        metadata = UpdateMetadata(
            format=FORMAT,
            version=__version__,
            changes=release.changes,
            packs=tuple(_packs(folder, release, trust.address.removesuffix(NAME))),
            **dates,  # type: ignore[arg-type]
        )
    elif before is not None:
        metadata = replace(before, **dates)  # type: ignore[arg-type]
    else:
        raise PublishError("There is no installer, and no news that could be renewed.")
    data = json.dumps(asdict(metadata), ensure_ascii=False).encode()
    news = sign(data, secrets)
    for (
        key
    ) in trust.keys:  # every key that this version of the program knows and that is good today
        if key.is_valid_on(today):
            read_signed(news, [key], today)
    if read_signed(news, trust.keys, today) != metadata:
        raise PublishError("The news is read as something else than it should be.")
    new = folder / f"{NAME}.new"
    new.write_bytes(news)
    new.replace(folder / NAME)
    return metadata


def _news_in(folder: Path) -> UpdateMetadata | None:
    """What was published there before, whose ever signature it has."""
    file = folder / NAME
    if not file.exists():
        return None
    signed = decode(read_json(file.read_bytes()), Envelope).signed
    return decode(read_json(signed), UpdateMetadata)


def _packs(folder: Path, release: Release, base: str) -> Iterator[UpdatePack]:
    for path in release.installers:
        if path.suffix not in KINDS:
            raise PublishError(f"{path.name} is no installer: {', '.join(KINDS)}")
        kind, system = KINDS[path.suffix]
        copied = _copied(path, folder)
        yield UpdatePack(
            kind=PackKind.PROGRAM,
            name=path.name,
            version=__version__,
            size=copied.stat().st_size,
            sha256=_sha256_of(copied),
            url=base + path.name,
            installation=kind.value,
            system=system,
        )
    if release.pack is not None:
        source = source_at(str(release.pack))
        manifest = source.manifest
        target = folder / manifest.folder_name
        target.mkdir(exist_ok=True)
        for file in manifest.files:
            if _sha256_of(_copied(release.pack / file.name, target)) != file.sha256:
                raise PublishError(f"{file.name} is not what the pack's description says.")
        (target / FILE).write_bytes(source.data)
        yield UpdatePack(
            kind=PackKind.RUNTIME,
            name=manifest.name,
            version=manifest.version,
            size=manifest.download_bytes,
            sha256=source.digest,
            url=f"{base}{manifest.folder_name}/{FILE}",
            system=manifest.system,
        )


def _copied(path: Path, folder: Path) -> Path:
    target = folder / path.name
    if not (target.exists() and target.samefile(path)):
        shutil.copyfile(path, target)
    return target


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _named(pair: str) -> tuple[str, str]:
    """The name and the words of the file of NAME=FILE."""
    name, _, file = pair.partition("=")
    return name, Path(file).read_text("utf-8").strip()


def main(arguments: Sequence[str]) -> int:
    """Do it. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="publish.py", description="What a server gives out.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("installers", type=Path, nargs="*", metavar="INSTALLER")
    parser.add_argument("--key", action="append", required=True, metavar="NAME=FILE")
    parser.add_argument("--changes", action="append", default=[], metavar="LANGUAGE=FILE")
    parser.add_argument("--pack", type=Path, metavar="FOLDER", help="as gpu_pack.py made it")
    parser.add_argument("--days", type=int, default=DAYS, help="for how long the news holds")
    parser.add_argument("--first", action="store_true", help="there was no release before")
    parser.add_argument("--trust", type=Path, default=TRUST, metavar="FILE")
    options = parser.parse_intermixed_args(arguments)
    try:
        changes = {name: tuple(said.splitlines()) for name, said in map(_named, options.changes)}
        if options.installers and "en" not in changes:
            raise PublishError("What has changed has to be said: --changes en=FILE")
        release = Release(
            installers=options.installers,
            pack=options.pack,
            changes=changes,
            days=options.days,
            is_first=options.first,
        )
        secrets = list(map(_named, options.key))
        today = datetime.now(UTC).date()
        metadata = publish(options.folder, release, read_trust(options.trust), secrets, today)
    except (PublishError, UserError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{metadata.version}, serial {metadata.serial}, until {metadata.expires}")
    for pack in metadata.packs:
        print(f"{pack.size / 1e6:8.1f} MB  {pack.kind:<8}{pack.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
