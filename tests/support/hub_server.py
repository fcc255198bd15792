"""A server that speaks as much of a model hub's language as a download needs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from support.file_server import FileServer

COMMIT = "c0ffee" * 6 + "c0ff"
LARGE = (".safetensors", "tokenizer.json")


def git_sha1(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def described(name: str, data: bytes) -> dict[str, object]:
    """A file in the hub's list: what is large by SHA-256, the rest by Git's hash."""
    found: dict[str, object] = {
        "rfilename": name,
        "size": len(data),
        "blobId": git_sha1(data),
    }
    if name.endswith(LARGE):
        digest = hashlib.sha256(data).hexdigest()
        found["lfs"] = {"sha256": digest, "size": len(data), "pointerSize": 135}
    return found


def publish(
    server: FileServer, repository: str, files: dict[str, bytes], commit: str = COMMIT
) -> None:
    """Put a repository on the server, in the state ``commit``, which is its newest."""
    listed = {
        "id": repository,
        "sha": commit,
        "siblings": [described(name, data) for name, data in files.items()],
        "tags": ["safetensors", "license:mit"],
        "cardData": {"license": "mit"},
    }
    answer = json.dumps(listed).encode()
    for revision in ("main", commit):
        server.files[f"api/models/{repository}/revision/{revision}?blobs=true"] = answer
    for name, data in files.items():
        server.files[f"{repository}/resolve/{commit}/{name}"] = data


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
