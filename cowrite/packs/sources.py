"""Where a pack comes from: a folder or a stick, the file of its description, or the address of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_regular
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr
from cowrite.packs.manifest import (
    FILE,
    LARGEST_MANIFEST,
    PackFile,
    PackManifest,
    digest_of,
    read_manifest,
)
from cowrite.settings.paths import with_home
from cowrite.settings.resources import optional_resource

BUNDLED = f"packs/{FILE}"
"""The description that a package may bring along, as a resource."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackSource:
    """A pack that is not installed yet. ``base`` is the URL that the names of wheels are relative to.

    ``where`` is the address or the path that leads to it again; empty for the one that this program knows of.
    """

    manifest: PackManifest
    data: bytes
    base: str
    where: str = ""

    @property
    def digest(self) -> str:
        """By which the manifest is known again."""
        return digest_of(self.data)

    def addresses(self, file: PackFile, mirror: str = "") -> tuple[str, ...]:
        """Where a wheel is, in the order in which it is tried: the mirror, beside the description, its URL."""
        beside = urljoin(self.base, file.name) if self.base else ""
        from_mirror = f"{mirror.rstrip('/')}/{file.name}" if mirror else ""
        order = [from_mirror, beside, file.url]
        if beside.startswith("file:") and file.url and not _is_there(self.base, file.name):
            order.remove(beside)  # only the description came on the stick
        return tuple(dict.fromkeys(filter(None, order)))


def _is_there(base: str, name: str) -> bool:
    from urllib.request import url2pathname

    return (Path(url2pathname(urlsplit(base).path)).parent / name).is_file()


def bundled_source() -> PackSource | None:
    """The pack that this program knows of by itself; None where it was built without one."""
    path = optional_resource(BUNDLED)
    return None if path is None else _from_file(path, where="")


def is_address(where: str) -> bool:
    """Whether ``where`` is a URL and not a path."""
    return where.casefold().startswith(("https://", "http://"))


def source_at(where: str) -> PackSource:
    """The pack that is at a path. Raises UserError."""
    path = with_home(Path(where))
    if path.is_dir():
        path = path / FILE
        if not path.exists():
            raise UserError(
                tr("There is no pack in the folder {folder}.", folder=path.parent),
                tr("A pack has a file “{name}”, and its other files beside that.", name=FILE),
            )
    return _from_file(path, where=str(path.absolute()))


def source_from(address: str, data: bytes) -> PackSource:
    """The pack whose description ``data`` was fetched from a URL. Raises UserError."""
    return PackSource(manifest=read_manifest(data), data=data, base=address, where=address)


def _from_file(path: Path, *, where: str) -> PackSource:
    try:
        data = read_regular(path, LARGEST_MANIFEST)
    except SchemaError as error:
        raise UserError(tr("{path} is no pack.", path=path), tr("Choose another file.")) from error
    except OSError as error:
        raise UserError(
            tr("{path} cannot be read ({reason}).", path=path, reason=reason_of(error)),
            tr("Check the name and the disk, and try again."),
        ) from error
    base = path.absolute().as_uri()
    return PackSource(manifest=read_manifest(data), data=data, base=base, where=where)
