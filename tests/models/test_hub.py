"""What a publisher says of a model is believed as far as it makes sense, and is a sentence otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.file_server import FileServer, serving
from support.hub_server import COMMIT, publish

from cowrite.base.errors import UserError
from cowrite.downloads.network import Network
from cowrite.models.hub import PublishedFile, PublishedModel, ask, endpoint, keep, kept

IMPATIENT = Network(silence_s=2, attempts=2, first_wait_s=0.01, longest_wait_s=0.01)
FILES = {
    "config.json": b"{}",
    "tokenizer.json": b"{}",
    "model.safetensors": b"weights",
    "pytorch_model.bin": b"a pickle",
    "README.md": b"words",
    "onnx/model.onnx": b"other",
}
SHARDS = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
INDEX = "model.safetensors.index.json"


@pytest.fixture
def hub() -> Iterator[FileServer]:
    with serving() as server:
        publish(server, "acme/tiny", FILES)
        yield server


def asked(hub: FileServer, repository: str = "acme/tiny", revision: str = "") -> PublishedModel:
    return ask(repository, revision, endpoint(hub.url("")), IMPATIENT)


def edit(hub: FileServer, **changes: Any) -> None:
    path = "api/models/acme/tiny/revision/main?blobs=true"
    hub.files[path] = json.dumps(json.loads(hub.files[path]) | changes).encode()


def test_what_a_model_needs_is_taken_and_nothing_else(hub: FileServer):
    published = asked(hub)
    assert [file.name for file in published.files] == [
        "config.json",
        "tokenizer.json",
        "model.safetensors",
    ]
    assert (published.revision, published.licence, published.size) == (COMMIT, "mit", 11)
    config, _, weights = published.parts("https://hub.example")
    assert config.git_sha1
    assert weights.sha256
    place = f"https://hub.example/acme/tiny/resolve/{COMMIT}/model.safetensors"
    assert weights.sources == (place,)


def test_a_state_may_be_asked_for(hub: FileServer):
    assert asked(hub, revision=COMMIT) == asked(hub)


def test_weights_in_several_files_come_with_their_index(hub: FileServer):
    files = {name: data for name, data in FILES.items() if name != "model.safetensors"}
    publish(hub, "acme/large", files | dict.fromkeys([INDEX, *SHARDS], b"x"))
    assert [file.name for file in asked(hub, "acme/large").files][2:] == [INDEX, *SHARDS]
    publish(hub, "acme/large", files | dict.fromkeys(SHARDS, b"x"))
    with pytest.raises(UserError, match="no weights in safetensors format"):
        asked(hub, "acme/large")


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json", "model.safetensors"])
def test_what_could_not_be_imported_is_not_downloaded(hub: FileServer, missing: str):
    publish(hub, "acme/less", {name: data for name, data in FILES.items() if name != missing})
    with pytest.raises(UserError, match=r"acme/less has no .*import that"):
        asked(hub, "acme/less")


def test_what_cannot_be_checked_is_not_downloaded(hub: FileServer):
    files = [{"rfilename": name} for name in FILES]
    edit(hub, siblings=files)
    with pytest.raises(UserError, match=r"does not say what config\.json of acme/tiny must be"):
        asked(hub)


@pytest.mark.parametrize(
    "changes",
    [
        {"sha": "main"},
        {"sha": "../.."},
        {"siblings": 1},
        {"siblings": [{"rfilename": "config.json", "size": -1}]},
        {"siblings": [{"rfilename": "config.json", "lfs": {"sha256": "x", "size": 1}}]},
    ],
)
def test_an_answer_without_sense_is_a_sentence(hub: FileServer, changes: dict[str, Any]):
    edit(hub, **changes)
    with pytest.raises(UserError, match="list of the files of acme/tiny cannot be read"):
        asked(hub)


def test_a_repository_that_is_not_there_is_a_sentence(hub: FileServer):
    with pytest.raises(UserError, match="does not have acme/none"):
        asked(hub, "acme/none")


def test_the_address_is_that_of_the_library_or_a_mirror():
    assert endpoint().startswith("https://")
    assert endpoint("mirror.example/hub/") == "https://mirror.example/hub"
    assert endpoint("http://127.0.0.1:8080/") == "http://127.0.0.1:8080"
    for wrong in ("http://mirror.example", "ftp://x", "https://", "http://["):
        with pytest.raises(UserError, match="cannot be used"):
            endpoint(wrong)


def test_what_is_written_down_is_read_again(tmp_path: Path, hub: FileServer):
    path = tmp_path / "pin.json"
    assert kept(path) is None
    keep(asked(hub), path)
    assert kept(path) == asked(hub)
    path.write_text(path.read_text().replace("config.json", "../config"))
    assert kept(path) is None


@given(st.text(max_size=12))
def test_no_name_leads_out_of_the_folder(name: str):
    try:
        file = PublishedFile(name=name, size=1)
    except ValueError:
        return
    assert Path(file.name).name == file.name
    assert not file.name.startswith(".")
