"""What was made of the log goes with it; adapters trained on it are retired; unsaved text stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cowrite.check.dismissals import Dismissals
from cowrite.decisions.maintenance.erasing import Erased, Erasure
from cowrite.documents.identity import document_id_for
from cowrite.documents.session import OpenDocument, Session, load_session, save_session
from cowrite.personalize.adapters.forgetting import (
    datasets_folder,
    forget_beside_log,
    forget_recent,
)
from cowrite.settings.paths import Paths

FORGET_A = Erasure(documents=frozenset({"a"}))
HOUR = Erasure(since_ms=1000)
ALL = Erasure(everything=True)


def make_adapter(paths: Paths, name: str, manifest: object) -> Path:
    folder = paths.adapters_dir / name
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("manifest", "erasure", "erased", "is_touched"),
    [
        ({"documents": ["a", "b"], "events": {"first_ms": 1, "last_ms": 9}}, FORGET_A, Erased(), True),
        ({"documents": ["b"], "events": {"first_ms": 1, "last_ms": 9}}, FORGET_A, Erased(), False),
        (
            {"documents": ["b"], "events": {"first_ms": 1, "last_ms": 1500}},
            HOUR,
            Erased(events=1, documents=frozenset({"b"}), first_ms=1200, last_ms=1300),
            True,
        ),
        (
            {"documents": ["b"], "events": {"first_ms": 1, "last_ms": 900}},
            HOUR,
            Erased(events=1, documents=frozenset({"b"}), first_ms=1200, last_ms=1300),
            False,
        ),
        (
            {"documents": ["c"], "events": {"first_ms": 1, "last_ms": 1500}},
            HOUR,
            Erased(events=1, documents=frozenset({"b"}), first_ms=1200, last_ms=1300),
            False,
        ),
        ({"documents": ["b"], "events": {"first_ms": 1, "last_ms": 9}}, ALL, Erased(), True),
        ({"documents": [], "events": None}, ALL, Erased(), False),
        ({}, FORGET_A, Erased(), True),
        ("damaged", ALL, Erased(), True),
    ],
)  # fmt: skip
def test_the_adapters_that_were_trained_on_it_are_retired(
    paths: Paths, manifest: object, erasure: Erasure, erased: Erased, is_touched: bool
) -> None:
    folder = make_adapter(paths, "mine", manifest)
    forgotten = forget_beside_log(paths, erasure, erased, now_ms=77)
    assert forgotten.adapters == (("mine",) if is_touched else ())
    assert ("“mine”" in forgotten.sentence()) == is_touched
    if is_touched:
        told = json.loads((folder / "retired.json").read_text("utf-8"))
        assert told["at_ms"] == 77
        assert told["reason"]
        assert forget_beside_log(paths, erasure, erased).adapters == (), "it is retired already"
    else:
        assert not (folder / "retired.json").exists()


def test_a_text_that_was_chosen_by_its_file_is_the_document_of_that_file(
    paths: Paths, tmp_path: Path
) -> None:
    secret, other = tmp_path / "secret.txt", tmp_path / "other.txt"
    for name, file in (("one", secret), ("two", other)):
        events = {"first_ms": 1, "last_ms": 9}
        make_adapter(paths, name, {"documents": ["a", str(file)], "events": events})
    erasure = Erasure(documents=frozenset({document_id_for(secret)}))
    assert forget_beside_log(paths, erasure, Erased()).adapters == ("one",)


@pytest.mark.expects_warnings
def test_an_adapter_whose_manifest_cannot_be_read_is_retired(paths: Paths) -> None:
    folder = make_adapter(paths, "mine", {})
    (folder / "manifest.json").write_bytes(b"\xff{")
    assert forget_beside_log(paths, FORGET_A, Erased()).adapters == ("mine",)


def test_datasets_go_and_unsaved_text_stays(paths: Paths) -> None:
    canary = b"canary"
    inside = datasets_folder(paths) / "run" / "examples.jsonl"
    inside.parent.mkdir(parents=True)
    inside.write_bytes(canary)
    journal = paths.journal_dir / "a.journal"
    journal.write_bytes(canary)
    paths.filter_file.write_bytes(b"{}")
    for file in (paths.session_file, paths.identities_file, paths.filter_file):
        file.with_name(f"{file.stem}.damaged-20261128-120000.json").write_bytes(canary)
        file.with_name(f"{file.stem}.before-repair-20261128-120000-1.json").write_bytes(canary)
    forgotten = forget_beside_log(paths, FORGET_A, Erased(events=3))
    assert forgotten.datasets
    assert "Log entries deleted, also from the backups: 3." in forgotten.sentence()
    assert paths.filter_file.exists(), "it holds numbers only"
    forget_beside_log(paths, ALL, Erased())
    assert not paths.filter_file.exists()
    left = [path for path in paths.data.rglob("*") if path.is_file()]
    assert left == [journal]


def test_the_recent_files_forget_it_and_what_is_open_stays_open(
    paths: Paths, tmp_path: Path
) -> None:
    secret, other = tmp_path / "secret.txt", tmp_path / "other.txt"
    opened = OpenDocument(document_id="a", path=str(secret))
    save_session(paths.session_file, Session(documents=(opened,), recent=(str(secret), str(other))))
    forget_recent(paths, Erasure(documents=frozenset({document_id_for(secret)})))
    session, problem = load_session(paths.session_file)
    assert (session.recent, session.documents, problem) == ((str(other),), (opened,), "")
    forget_recent(paths, ALL)
    assert load_session(paths.session_file)[0].recent == ()


def test_what_was_dismissed_in_its_check_is_forgotten(paths: Paths) -> None:
    dismissals = Dismissals(paths.check_file, lambda work: work())
    for document in ("a", "b"):
        dismissals.dismiss(document, "0" * 16, keep=True)
    forget_beside_log(paths, FORGET_A, Erased(), now_ms=77)
    assert list(Dismissals(paths.check_file, lambda work: work()).read()) == ["b"]
    forget_beside_log(paths, ALL, Erased(), now_ms=77)
    assert Dismissals(paths.check_file, lambda work: work()).read() == {}
