"""A computer without a model whose writer has a server: suggestions and passages come from there."""

from __future__ import annotations

from open_program import OpenIt, OpenProgram, choose, put_model
from scripted_server import MODEL, TEXT, Script

from cowrite.app.passages.room import asking_of
from cowrite.editor.assistance.model_host import NOTICE_KEY
from cowrite.editor.dialogs.dialogs import Unsaved
from cowrite.engine.messages import EngineState
from cowrite.settings.paths import Paths


def notices(program: OpenProgram) -> list[str]:
    return [each.notice.key for each in program.window.messages.bars]


def test_ghosts_come_from_the_server_and_no_model_is_offered(
    open_it: OpenIt, url: str, paths: Paths
) -> None:
    choose(paths, server=url, server_use="all")
    program = open_it()
    program.until_ready()
    assert program.program.bridge.status.model == MODEL
    assert program.window.status_line.server
    assert NOTICE_KEY not in notices(program)
    program.type("It was the ")
    program.until(lambda: bool(program.page.ghost_text))
    assert program.page.ghost_text.strip() in TEXT


def test_the_offer_of_a_model_goes_when_a_server_is_chosen(open_it: OpenIt, url: str) -> None:
    program = open_it()
    program.until(lambda: NOTICE_KEY in notices(program))
    program.program.manager.change(server=url, server_use="all")
    program.until_ready()
    assert NOTICE_KEY not in notices(program)


def test_tasks_on_passages_are_offered(open_it: OpenIt, url: str, paths: Paths) -> None:
    choose(paths, server=url, server_use="passages")
    program = open_it()
    program.until(lambda: bool(program.window.status_line.server))
    assert program.state_word == "no model"
    offers = asking_of(program.window.active_view).offers()
    assert not [each.why_not for each in offers if each.why_not]


def test_a_private_window_says_that_it_has_no_model(
    open_it: OpenIt, script: Script, url: str, paths: Paths
) -> None:
    choose(paths, server=url, server_use="all")
    program = open_it()
    program.until_ready()
    asked = len(script.seen)
    program.menu_action("File", "New private window").trigger()
    program.until(lambda: len(program.windows) == 2)
    assert program.state_word == "no model"
    program.type("a secret ")
    program.press_keys("Ctrl+Space")
    program.qtbot.wait(300)
    assert len(script.seen) == asked
    program.dialogs.unsaved = Unsaved.DISCARD


def test_a_server_that_is_gone_is_a_problem_with_a_sentence(open_it: OpenIt, paths: Paths) -> None:
    choose(paths, server="http://127.0.0.1:9", server_use="all")
    program = open_it()
    program.until(lambda: program.program.bridge.status.state is EngineState.PROBLEM)
    assert "cannot be reached" in program.program.bridge.status.message
    assert not program.window.status_line.server
    program.program.model.explain()
    program.until(lambda: NOTICE_KEY in notices(program))


def test_switching_it_off_leaves_no_model_and_says_so(
    open_it: OpenIt, url: str, paths: Paths
) -> None:
    choose(paths, server=url, server_use="all")
    program = open_it()
    program.until_ready()
    program.program.manager.change(server_use="off")
    program.until(lambda: program.program.bridge.status.state is EngineState.MISSING)
    program.until(lambda: NOTICE_KEY in notices(program))


def test_with_a_model_here_that_one_is_used_too(open_it: OpenIt, url: str, paths: Paths) -> None:
    put_model(paths)
    choose(paths, server=url, server_use="passages")
    program = open_it()
    program.until(lambda: bool(program.window.status_line.server))
    assert program.state_word == "ready"
    assert program.engines
