"""The exam of a model on a server: asked there, kept for that server and model, and nothing of the writer's is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripted_server import MODEL, Script, serving

from cowrite.base.errors import UserError
from cowrite.remote.choice import ServerChoice
from cowrite.tasks.exam.elsewhere import FILE, ServerExam, examine, keep, kept
from cowrite.tasks.exam.examples import bundled_examples
from cowrite.tasks.exam.results import TaskMark
from cowrite.tasks.passage.registry import PASSAGE_TASKS


def exam(**changes: object) -> ServerExam:
    fields: dict[str, object] = {
        "server": "attic:8080",
        "model": "big/model:8b",
        "version": "0",
        "seconds": 9.5,
        "tasks": {
            "rewrite": TaskMark(passed=True, score=0.9),
            "translate": TaskMark(passed=False, why="In the exam it did none of what was asked."),
        },
    }
    return ServerExam(**fields | changes)  # type: ignore[arg-type]


def test_every_task_is_tried_on_the_bundled_examples_alone() -> None:
    script = Script()
    with serving(script) as url:
        found = examine(ServerChoice(address=url), lambda _: "")
    assert (found.server, found.model) == (url.removeprefix("http://"), MODEL)
    assert list(found.tasks) == list(PASSAGE_TASKS)
    assert not found.follows_instructions
    assert set(found.failed) == {name for name, mark in found.tasks.items() if not mark.passed}
    passages = {each.passage for examples in bundled_examples().values() for each in examples}
    for body in script.seen:
        sent = body.get("prompt") or body["messages"][-1]["content"]
        assert sent == "The" or any(each.strip() in sent or sent in each for each in passages)


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(UserError, match="cannot be reached"):
        examine(ServerChoice(address="http://127.0.0.1:9"), lambda _: "")


def test_whoever_waits_may_leave() -> None:
    class Enough(Exception):
        pass

    def look() -> None:
        if script.seen:
            raise Enough

    script = Script(first_pause_s=1.0)
    with serving(script) as url, pytest.raises(Enough):
        examine(ServerChoice(address=url), lambda _: "", look=look)


def test_it_is_kept_for_one_server_and_one_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cowrite.tasks.exam.elsewhere.__version__", "0")
    assert kept(tmp_path, "attic:8080", "big/model:8b") is None
    keep(tmp_path, exam())
    assert kept(tmp_path, "attic:8080", "big/model:8b") == exam()
    assert exam().follows_instructions
    assert list(exam().failed) == ["translate"]
    assert kept(tmp_path, "cellar", "big/model:8b") is None
    assert kept(tmp_path, "attic:8080", "another") is None
    keep(tmp_path, exam(version="9"))
    assert kept(tmp_path, "attic:8080", "big/model:8b") is None
    (tmp_path / FILE).write_text("{")
    assert kept(tmp_path, "attic:8080", "big/model:8b") is None


def test_what_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="could not be kept"):
        keep(tmp_path / "file", exam())
