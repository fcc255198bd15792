"""Writes what a Linux desktop needs to know of the program: ``python packaging/linux/share_files.py DEST``.

Below DEST/usr/share: desktop file, AppStream metainfo, icons, manual page, changelog and copyright, as a .deb and an
AppImage have them. The same source and SOURCE_DATE_EPOCH give the same bytes. Needs PySide6 (to draw the icons) and
what the program itself needs (to ask its commands for their options).
"""

from __future__ import annotations

import argparse
import gzip
import os
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]

import changelog  # noqa: E402
import icons  # noqa: E402
import man_page  # noqa: E402
from build_date import build_time  # noqa: E402

METAINFO = "app.cowrite.cowrite.metainfo.xml"


def metainfo() -> str:
    """The AppStream file with the version that is built."""
    release = changelog.newest(build_time())
    day = time.strftime("%Y-%m-%d", time.gmtime(release.unix_seconds))
    text = (HERE / "cowrite.metainfo.xml.in").read_text("utf-8")
    return text.replace("@VERSION@", release.version).replace("@DATE@", day)


def packed(text: str) -> bytes:
    """``text`` as gzip without a time or a name."""
    return gzip.compress(text.encode(), 9, mtime=0)


def text_files() -> dict[str, bytes]:
    """The files below usr/share that are text, with their contents."""
    history = changelog.debian(changelog.CHANGELOG.read_text("utf-8"), build_time())
    return {
        "applications/cowrite.desktop": (HERE / "cowrite.desktop").read_bytes(),
        f"metainfo/{METAINFO}": metainfo().encode(),
        "man/man1/cowrite.1.gz": packed("\n".join(man_page.page()) + "\n"),
        "doc/cowrite/changelog.gz": packed(history),
        "doc/cowrite/copyright": (HERE / "copyright").read_bytes(),
        "icons/hicolor/scalable/apps/cowrite.svg": icons.SOURCE.read_bytes(),
    }


def write(destination: Path) -> list[Path]:
    """Write all files below ``destination``; returns them. Raises OSError where that is not possible."""
    share = destination / "usr" / "share"
    written = []
    for name, data in text_files().items():
        file = share / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        written.append(file)
    for size in icons.SIZES:
        file = share / "icons" / "hicolor" / f"{size}x{size}" / "apps" / "cowrite.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(icons.png(size))
        written.append(file)
    for file in written:
        file.chmod(0o644)
        os.utime(file, (build_time(), build_time()))
    return written


def main() -> int:
    """Write below the folder given on the command line."""
    parser = argparse.ArgumentParser(description="Write the files for a Linux desktop.")
    parser.add_argument("destination", type=Path, help="the root of the package that is made")
    try:
        written = write(parser.parse_args().destination)
    except OSError as error:
        print(f"The files could not be written: {error}", file=sys.stderr)
        return 1
    print(f"{len(written)} files for the desktop")
    return 0


if __name__ == "__main__":
    sys.exit(main())
