"""Which files a published model has, and what they must be: asked of its publisher, and kept until it is installed.

The address is huggingface_hub's own, which a mirror or ``HF_ENDPOINT`` replaces. Its list of files says size and hash
of each, and names one state of the repository by its commit, so that all that is downloaded is of one state, whatever
time it takes. huggingface_hub itself asks nobody: it is forbidden to, as everywhere (:mod:`cowrite.engine.offline`).
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json, read_json_file
from cowrite.base.records import Count, Name, Sha256, decode, matching, require_format
from cowrite.downloads.cancellation import Cancellation
from cowrite.downloads.network import INSECURE, SECURE, Network, host_in, is_loopback
from cowrite.downloads.parts import Part, is_part_name
from cowrite.downloads.small import fetch_small
from cowrite.localization import tr, tr_noop
from cowrite.models.inspection import (
    INDEX,
    OLDER_TOKENIZER_FILES,
    SMALL_FILES,
    TOKENIZER,
    WEIGHTS,
)
from cowrite.models.names import Commit, RepositoryId
from cowrite.settings.private_file import write_private

FORMAT = 1
LARGEST_LIST = 8 << 20
NEWEST = "main"
_SHARD = re.compile(r"model-\d{5}-of-\d{5}\.safetensors")

_GitSha1 = Annotated[str, matching("[0-9a-f]{40}", tr_noop("is no hash of Git"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """One file as its publisher describes it: by SHA-256 what is large, by Git's hash what is small."""

    name: Name
    size: Count
    sha256: Sha256 | None = None
    git_sha1: _GitSha1 | None = None

    def __post_init__(self) -> None:
        if not is_part_name(self.name):
            raise SchemaError("name", tr_noop("is no plain name of a file"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedModel:
    """The files of a repository that make a model, in one state of it."""

    repository: RepositoryId
    revision: Commit
    files: tuple[PublishedFile, ...]
    licence: Name = ""
    format: int = FORMAT

    @property
    def size(self) -> int:
        """All of it, in bytes."""
        return sum(file.size for file in self.files)

    def parts(self, endpoint: str) -> list[Part]:
        """What is to be fetched, the small files first."""
        return [
            Part(
                name=file.name,
                sources=(
                    f"{endpoint}/{self.repository}/resolve/{self.revision}/{quote(file.name)}",
                ),
                size=file.size,
                sha256=file.sha256,
                git_sha1=file.git_sha1,
            )
            for file in self.files
        ]


def endpoint(mirror: str = "") -> str:
    """Where models are asked for: at ``mirror``, or else where huggingface_hub would. Raises UserError."""
    if not mirror:
        from huggingface_hub import constants

        return str(constants.ENDPOINT).rstrip("/")
    address = mirror if "://" in mirror else f"https://{mirror}"
    if not (host_in(address, SECURE) or is_loopback(host_in(address, INSECURE))):
        raise UserError(
            tr("The mirror “{mirror}” cannot be used.", mirror=mirror),
            tr("Write its address as in “https://mirror.example”."),
        )
    return address.rstrip("/")


def ask(
    repository: str,
    revision: str,
    address: str,
    network: Network | None = None,
    cancellation: Cancellation | None = None,
) -> PublishedModel:
    """What the publisher says of ``repository`` in the state ``revision`` (empty: the newest).

    Raises UserError, also if there is no model in it that could be imported; DownloadCancelledError.
    """
    where = quote(revision or NEWEST, safe="")
    url = f"{address}/api/models/{repository}/revision/{where}?blobs=true"
    answer = fetch_small(
        url, repository, LARGEST_LIST, network or Network(), cancellation or Cancellation()
    )
    try:
        listed = decode(read_json(answer, tolerant=True), _Listed)
    except SchemaError as error:
        raise UserError(
            tr(
                "The publisher's list of the files of {repository} cannot be read.",
                repository=repository,
            ),
            tr("Try again later, or choose another source."),
        ) from error
    return PublishedModel(
        repository=repository,
        revision=listed.sha,
        files=_chosen(listed, repository),
        licence=_licence(listed),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _LargeFile:
    sha256: Sha256
    size: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class _ListedFile:
    rfilename: str
    size: Count | None = None
    blobId: _GitSha1 | None = None
    lfs: _LargeFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    sha: Commit
    siblings: tuple[_ListedFile, ...]
    tags: tuple[str, ...] = ()


def _chosen(listed: _Listed, repository: str) -> tuple[PublishedFile, ...]:
    there = {file.rfilename: file for file in listed.siblings}
    weights = [WEIGHTS] if WEIGHTS in there else sorted(filter(_SHARD.fullmatch, there))
    if not weights or (weights != [WEIGHTS] and INDEX not in there):
        raise UserError(
            tr("{repository} has no weights in safetensors format.", repository=repository),
            tr("Choose another model, or download a GGUF file of it and import that."),
        )
    small = [name for name in SMALL_FILES if name in there]
    if TOKENIZER not in there:
        small += [name for name in OLDER_TOKENIZER_FILES if name in there]
    for needed, others in (("config.json", ()), (TOKENIZER, OLDER_TOKENIZER_FILES[:2])):
        if not {needed, *others} & there.keys():
            raise UserError(
                tr(
                    "{repository} has no {name}, which Cowrite needs.",
                    repository=repository,
                    name=needed,
                ),
                tr("Choose another model, or download a GGUF file of it and import that."),
            )
    index = [INDEX] if weights != [WEIGHTS] else []
    return tuple(_described(there[name], repository) for name in [*small, *index, *weights])


def _described(file: _ListedFile, repository: str) -> PublishedFile:
    if file.lfs is not None:
        return PublishedFile(name=file.rfilename, size=file.lfs.size, sha256=file.lfs.sha256)
    if file.size is None or file.blobId is None:
        raise UserError(
            tr(
                "The publisher does not say what {name} of {repository} must be, so it cannot be checked.",
                name=file.rfilename,
                repository=repository,
            ),
            tr("Try again later, or choose another source."),
        )
    return PublishedFile(name=file.rfilename, size=file.size, git_sha1=file.blobId)


def _licence(listed: _Listed) -> str:
    found = [tag.removeprefix("license:") for tag in listed.tags if tag.startswith("license:")]
    return found[0][:100] if found else ""


def keep(published: PublishedModel, path: Path) -> None:
    """Write down at ``path`` which state is being downloaded. Raises OSError."""
    write_private(path, json.dumps(asdict(published), indent=1).encode() + b"\n")


def kept(path: Path) -> PublishedModel | None:
    """What was written down, or None."""
    try:
        stored = read_json_file(path)
        require_format(stored, FORMAT)
        return decode(stored, PublishedModel)
    except (OSError, SchemaError):
        return None
