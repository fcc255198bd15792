"""“Server on the network”: tried before it is kept, agreed to where it is far, and shown as long as text goes there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram, choose, put_model
from PySide6.QtWidgets import QLabel
from scripted_server import MODEL, TEXT, Script, nothing

from cowrite.app.passages.room import asking_of
from cowrite.editor.dialogs.dialogs import Unsaved
from cowrite.editor.panels.about.about_dialog import AboutDialog
from cowrite.editor.panels.server import server_dialog
from cowrite.editor.panels.server.server_dialog import ServerDialog
from cowrite.remote.address import Address, Place, Reach
from cowrite.remote.keys import ServerKeys
from cowrite.settings.paths import Paths
from cowrite.tasks.exam.elsewhere import FILE

OpenIt = Callable[..., OpenProgram]


def open_server(program: OpenProgram) -> ServerDialog:
    program.menu_action("Suggestions", "Server on the network…").trigger()
    (dialog,) = program.window.findChildren(ServerDialog)
    return dialog


def save(program: OpenProgram, address: str, use: str) -> ServerDialog:
    dialog = open_server(program)
    dialog.address.setText(address)
    dialog.use.setCurrentIndex(dialog.use.findData(use))
    dialog.save.click()
    program.until(lambda: dialog.save.isEnabled())
    return dialog


def test_it_is_off_and_nothing_is_asked_before_a_button(
    open_it: OpenIt, script: Script, url: str
) -> None:
    program = open_it()
    dialog = open_server(program)
    dialog.address.setText(url)
    assert dialog.use.currentData() == "off"
    assert not script.paths
    assert not program.window.status_line.server


def test_a_test_says_how_fast_and_whether_with_probabilities(
    open_it: OpenIt, script: Script, url: str
) -> None:
    program = open_it()
    dialog = open_server(program)
    dialog.address.setText(url)
    for probabilities, said in (
        (script.probabilities, "gives probabilities"),
        (nothing, "no prob"),
    ):
        script.probabilities = probabilities
        dialog.test.click()
        program.until(lambda: dialog.test.isEnabled())
        assert MODEL in dialog.said.text()
        assert said in dialog.said.text()
    assert dialog.model.count() == 3
    assert program.program.manager.preferences.server_use == "off"


def test_what_does_not_answer_is_not_kept(open_it: OpenIt) -> None:
    program = open_it()
    dialog = save(program, "http://127.0.0.1:9", "all")
    assert "cannot be reached" in dialog.said.text()
    assert program.program.manager.preferences.server_use == "off"


def test_ghosts_come_from_there_and_the_window_says_so_and_switching_it_off_ends_that(
    open_it: OpenIt, script: Script, url: str, paths: Paths
) -> None:
    put_model(paths)
    choose(paths, server=url, server_use="all")
    program = open_it()
    program.until(lambda: bool(program.window.status_line.server))
    assert url.removeprefix("http://") == program.window.status_line.server
    asked = len(script.seen)
    program.type("It was the ")
    program.until(lambda: len(script.seen) > asked)
    program.until(lambda: bool(program.window.active_view.page.ghost_text))
    assert program.window.active_view.page.ghost_text.strip() in TEXT

    program.menu_action("Help", "About Cowrite").trigger()
    (about,) = program.window.findChildren(AboutDialog)
    shown = "\n".join(each.text() for each in about.findChildren(QLabel))
    assert "Nothing you write ever leaves" not in shown
    assert "are sent there" in shown

    about.close()
    dialog = save(program, url, "off")
    assert "Nothing is sent" in dialog.said.text()
    program.until(lambda: not program.window.status_line.server)


def test_a_private_window_sends_nothing_and_shows_no_server(
    open_it: OpenIt, script: Script, url: str, paths: Paths
) -> None:
    put_model(paths)
    choose(paths, server=url, server_use="all")
    program = open_it()
    program.until(lambda: bool(program.window.status_line.server))
    asked = len(script.seen)
    program.menu_action("File", "New private window").trigger()
    program.until(lambda: len(program.windows) == 2)
    private = program.windows[-1]
    assert private.is_private
    assert not private.status_line.server
    program.until(program.page.hasFocus)
    program.type("a secret ")
    program.until(lambda: any("secret" in each.before for each in program.engine.requests))
    program.dialogs.unsaved = Unsaved.DISCARD
    assert len(script.seen) == asked


def test_the_internet_needs_a_tick_and_the_tick_is_kept_for_one_address(
    open_it: OpenIt, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[tuple[str, ...]] = []

    def place(address: str) -> Place:
        return Place(Address.parse(address), ("203.0.113.9",), Reach.INTERNET)

    def try_it(choice: object, key: str) -> object:
        from cowrite.remote.trying import Trial

        tried.append(choice.confirmed)  # type: ignore[attr-defined]
        return Trial(
            address=Address.parse("https://example.org"),
            reach=Reach.INTERNET,
            models=("m",),
            model="m",
            milliseconds=9,
            gives_probabilities=False,
        )

    monkeypatch.setattr(server_dialog, "place_of", place)
    monkeypatch.setattr(server_dialog, "try_server", try_it)
    program = open_it()
    dialog = save(program, "https://example.org", "passages")
    assert "is on the internet" in dialog.said.text()
    assert dialog.agreement.isVisible()
    assert not tried
    dialog.agreement.setChecked(True)
    dialog.key.setText("k3y")
    dialog.save.click()
    program.until(lambda: bool(program.program.manager.preferences.server_confirmed))
    assert tried == [("https://example.org:443",)]
    assert program.program.manager.preferences.server_confirmed == ("https://example.org:443",)
    assert "no keyring" in dialog.said.text()
    dialog.address.setText("https://example.net")
    dialog.address.textEdited.emit("https://example.net")
    assert not dialog.agreement.isChecked()


def test_a_key_is_forgotten_and_what_used_it_too(
    open_it: OpenIt, script: Script, url: str, paths: Paths
) -> None:
    script.key = "k3y"
    put_model(paths)
    program = open_it()
    dialog = open_server(program)
    dialog.address.setText(url)
    dialog.forget.click()
    program.until(lambda: "No key is kept" in dialog.said.text())
    dialog.key.setText("k3y")
    dialog.use.setCurrentIndex(dialog.use.findData("passages"))
    dialog.save.click()
    program.until(lambda: bool(program.window.status_line.server))
    program.until(lambda: dialog.forget.isEnabled())
    dialog.forget.click()
    program.until(lambda: "is forgotten" in dialog.said.text())
    assert not dialog.key.text()
    program.until(lambda: not program.window.status_line.server)


def test_forgetting_wants_an_address(open_it: OpenIt) -> None:
    dialog = open_server(open_it())
    dialog.forget.click()
    assert "is no address" in dialog.said.text()


def test_no_key_is_in_any_file(open_it: OpenIt, url: str, paths: Paths, script: Script) -> None:
    script.key = "s3cr3t-k3y"
    program = open_it()
    dialog = open_server(program)
    dialog.address.setText(url)
    dialog.key.setText(script.key)
    dialog.use.setCurrentIndex(dialog.use.findData("passages"))
    dialog.save.click()
    program.until(lambda: program.program.manager.preferences.server_use == "passages")
    program.close()
    for root in (paths.data, paths.config, paths.logs):
        for each in root.rglob("*"):
            assert not (each.is_file() and b"s3cr3t" in each.read_bytes()), each
    assert not isinstance(paths, Path)
    assert ServerKeys().get(url) == ""


def test_an_exam_says_what_the_model_does_and_what_it_failed_is_not_offered(
    open_it: OpenIt, url: str, paths: Paths
) -> None:
    choose(paths, server=url, server_use="passages")
    program = open_it()
    program.until(lambda: bool(program.window.status_line.server))
    dialog = open_server(program)
    dialog.examine.click()
    program.until(lambda: dialog.examine.isEnabled())
    assert "none of the tasks on a passage well" in dialog.said.text()
    asking = asking_of(program.window.active_view)
    program.until(lambda: any(each.why_not for each in asking.offers()))
    assert (paths.models_dir / FILE).exists()
