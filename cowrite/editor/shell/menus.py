"""The menu bar of one window: a list of what can be done, with its keys. What it does is done elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from cowrite.base.printable import label
from cowrite.editor.assistance.model_host import ModelHost
from cowrite.editor.assistance.suggestion_policy import Snooze
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.document.recent_files import FilePresence
from cowrite.editor.page.ghost_keys import GhostAction
from cowrite.editor.panels.provenance.origin_view import OriginView
from cowrite.editor.shell.policy_menu import PolicyMenu
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.settings.preferences import choice_of
from cowrite.suggest.live.stage import SuggestionState

Key = QKeySequence.StandardKey
SWITCH_KEY = "F9"
ORIGINS_KEY = "F8"
THEMES = {"system": "Match system", "light": "Light", "dark": "Dark", "sepia": "Sepia"}


class Menus:
    """Fills the menu bar of ``window``."""

    def __init__(
        self,
        window: EditorWindow,
        manager: WindowManager,
        model: ModelHost,
        questions: Dialogs,
        snooze: Snooze,
        *,
        show_keeping: Callable[[EditorWindow], None],
        show_settings: Callable[[EditorWindow], None],
        show_keys: Callable[[EditorWindow], None],
        show_logs: Callable[[], None],
        show_insights: Callable[[EditorWindow], None],
        show_replay: Callable[[EditorWindow], None],
        show_personalize: Callable[[EditorWindow], None],
        show_about: Callable[[EditorWindow], None],
        origins: OriginView,
        export_statement: Callable[[], None],
    ) -> None:
        self._origins = origins
        self._export_statement = export_statement
        self._window = window
        self._manager = manager
        self._model = model
        self._questions = questions
        self._snooze = snooze
        self._file(show_keeping)
        self._edit()
        self._suggestions(show_settings)
        self._view(show_insights, show_replay, show_personalize)
        self._help(show_keys, show_logs, show_about)

    def _file(self, show_keeping: Callable[[EditorWindow], None]) -> None:
        window, manager = self._window, self._manager
        menu = self._menu("&File")
        self._add(menu, "&New", manager.open_new, Key.New)
        self._add(
            menu,
            "New &private window",
            lambda: manager.open_new(private=True),
            QKeySequence("Ctrl+Shift+N"),
        )
        self._add(menu, "&Open…", self._open, Key.Open)
        recent = menu.addMenu("Open &recent")
        recent.aboutToShow.connect(lambda: self._fill_recent(recent))
        menu.aboutToShow.connect(lambda: self._look_at_recent(recent))
        menu.addSeparator()
        self._add(menu, "&Save", lambda: manager.actions_of(window).save(), Key.Save)
        self._add(
            menu,
            "Save &as…",
            lambda: manager.actions_of(window).save_as(),
            QKeySequence("Ctrl+Shift+S"),
        )
        reopen = self._add(
            menu, "Reopen &with encoding…", lambda: manager.actions_of(window).choose_encoding()
        )

        def has_file() -> None:
            reopen.setEnabled(window.keeper.path is not None)

        menu.aboutToShow.connect(has_file)
        window.keeper.identity_changed.connect(has_file)
        has_file()
        self._add(menu, "&Export authorship statement…", self._export_statement)
        menu.addSeparator()
        self._add(menu, "Privacy and stored &data…", lambda: show_keeping(window))
        menu.addSeparator()
        self._add(menu, "&Close", lambda: manager.close_document(window), QKeySequence("Ctrl+W"))
        quit_action = self._add(menu, "&Quit", manager.quit, QKeySequence("Ctrl+Q"))
        quit_action.setMenuRole(QAction.MenuRole.QuitRole)

    def _open(self) -> None:
        path = self._window.keeper.path
        folder = path.parent if path else None
        files = self._questions.files_to_open(self._window, folder)
        self._manager.open_paths(files, private=self._window.is_private)

    def _look_at_recent(self, menu: QMenu) -> None:
        """Forget the files that are gone, and offer the menu if there are others."""
        for path, presence in self._manager.recent_there().items():
            if presence is FilePresence.GONE:
                self._manager.forget_recent(path)
        menu.setEnabled(bool(self._manager.recent))

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for path, presence in self._manager.recent_there().items():
            action = menu.addAction(label(f"{path.name} – {_short(path.parent)}"))
            action.setEnabled(presence in {FilePresence.THERE, FilePresence.UNKNOWN})
            action.triggered.connect(
                lambda _=False, path=path: self._manager.open_paths(
                    [path], private=self._window.is_private
                )
            )

    def _edit(self) -> None:
        page, document = self._window.page, self._window.page.document()
        menu = self._menu("&Edit")
        undo = self._add(menu, "&Undo", page.undo, Key.Undo)
        redo = self._add(menu, "&Redo", page.redo, Key.Redo)
        menu.addSeparator()
        cut = self._add(menu, "Cu&t", page.cut, Key.Cut)
        copy = self._add(menu, "&Copy", page.copy, Key.Copy)
        self._add(menu, "&Paste", page.paste, Key.Paste)
        menu.addSeparator()
        self._add(menu, "Select &all", page.selectAll, Key.SelectAll)
        for action, signal in (
            (undo, document.undoAvailable),
            (redo, document.redoAvailable),
            (cut, page.copyAvailable),
            (copy, page.copyAvailable),
        ):
            action.setEnabled(False)
            signal.connect(action.setEnabled)

    def _suggestions(self, show_settings: Callable[[EditorWindow], None]) -> None:
        manager, window, keys = self._manager, self._window, self._window.binding.controller
        menu = self._menu("&Suggestions")
        on = self._add(menu, "&Suggest while I write", self._switch, QKeySequence(SWITCH_KEY))
        on.setCheckable(True)
        on.setChecked(manager.preferences.suggestions)
        self._quiet = PolicyMenu(menu, window, manager, self._snooze)
        menu.addSeparator()
        actions: dict[GhostAction, tuple[str, Callable[[], object]]] = {
            GhostAction.ACCEPT_WORD: ("Accept &word", keys.accept_word),
            GhostAction.ACCEPT_ALL: ("Accept &all", keys.accept_all),
            GhostAction.NEXT: ("&Next suggestion", lambda: keys.turn(1)),
            GhostAction.PREVIOUS: ("&Previous suggestion", lambda: keys.turn(-1)),
            GhostAction.REJECT: ("&Dismiss", keys.reject),
            GhostAction.ASK_NOW: ("S&uggest now", keys.ask_now),
        }
        entries = {name: self._add(menu, text, do) for name, (text, do) in actions.items()}
        menu.addSeparator()
        install = self._add(menu, "&Install model", self._model.install)
        stop = self._add(menu, "S&top installation", self._model.stop_installing)
        menu.addSeparator()
        settings = self._add(menu, "S&ettings…", lambda: show_settings(window))
        settings.setShortcut(QKeySequence("Ctrl+,"))
        settings.setMenuRole(QAction.MenuRole.PreferencesRole)

        def update() -> None:
            on.setChecked(manager.preferences.suggestions)
            shown = bool(window.page.ghost_text)
            for name, action in entries.items():
                # After the tabulator Qt shows a key without binding it: the page knows when it means a suggestion.
                key = window.page.keymap[name][0].toString(QKeySequence.SequenceFormat.NativeText)
                action.setText(f"{actions[name][0]}\t{key}")
                usable = window.binding.state is not SuggestionState.DISABLED
                action.setEnabled(usable if name is GhostAction.ASK_NOW else shown)
            install.setVisible(self._model.is_missing)
            stop.setVisible(self._model.is_installing)

        menu.aboutToShow.connect(update)
        update()

    def _switch(self) -> None:
        self._manager.change(suggestions=not self._manager.preferences.suggestions)

    def _view(
        self,
        show_insights: Callable[[EditorWindow], None],
        show_replay: Callable[[EditorWindow], None],
        show_personalize: Callable[[EditorWindow], None],
    ) -> None:
        page, manager = self._window.page, self._manager
        menu = self._menu("&View")
        themes = menu.addMenu("&Theme")
        group = QActionGroup(themes)
        for name in choice_of("theme").choices:
            action = self._add(themes, THEMES.get(name, name), partial(manager.change, theme=name))
            action.setCheckable(True)
            action.setData(name)
            group.addAction(action)
        menu.addSeparator()
        self._add(menu, "&Zoom in", lambda: page.zoom_by(1), Key.ZoomIn)
        self._add(menu, "Zoom &out", lambda: page.zoom_by(-1), Key.ZoomOut)
        self._add(menu, "Actual &size", lambda: page.zoom_by(0), QKeySequence("Ctrl+0"))
        menu.addSeparator()
        origins = self._add(
            menu,
            "Show &authorship",
            self._origins.switch,
            QKeySequence(ORIGINS_KEY),
        )
        origins.setCheckable(True)
        self._origins.switched.connect(origins.setChecked)
        hint = self._add(
            menu,
            "Show &key hints",
            lambda: manager.change(key_hints=not manager.preferences.key_hints),
        )
        hint.setCheckable(True)
        menu.addSeparator()
        self._add(menu, "&Insights…", lambda: show_insights(self._window))
        self._add(menu, "&Replay…", lambda: show_replay(self._window))
        self._add(menu, "&Personalize…", lambda: show_personalize(self._window))

        def update() -> None:
            hint.setChecked(manager.preferences.key_hints)
            for action in group.actions():
                action.setChecked(action.data() == manager.preferences.theme)

        menu.aboutToShow.connect(update)
        update()

    def _help(
        self,
        show_keys: Callable[[EditorWindow], None],
        show_logs: Callable[[], None],
        show_about: Callable[[EditorWindow], None],
    ) -> None:
        menu = self._menu("&Help")
        self._add(menu, "&Keyboard shortcuts", lambda: show_keys(self._window), Key.HelpContents)
        self._add(menu, "Show &logs", show_logs)
        menu.addSeparator()
        about = self._add(menu, "&About Cowrite", lambda: show_about(self._window))
        about.setMenuRole(QAction.MenuRole.AboutRole)

    def _menu(self, title: str) -> QMenu:
        return self._window.add_menu(title)

    def _add(
        self,
        menu: QMenu,
        title: str,
        do: Callable[[], object],
        key: QKeySequence | QKeySequence.StandardKey | None = None,
    ) -> QAction:
        action = menu.addAction(title)
        action.setMenuRole(QAction.MenuRole.NoRole)
        if key is not None:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _=False: do())
        return action


def key_table(window: EditorWindow) -> Sequence[tuple[str, str]]:
    """Each key and what it does, as the menus and the keymap have it."""
    rows = [
        (
            " or ".join(_native(each) for each in window.page.keymap[name]),
            text,
        )
        for name, text in {
            GhostAction.ACCEPT_WORD: "Accept the next word of the suggestion",
            GhostAction.ACCEPT_ALL: "Accept the whole suggestion",
            GhostAction.REJECT: "Dismiss the suggestion",
            GhostAction.NEXT: "Show the next suggestion",
            GhostAction.PREVIOUS: "Show the previous suggestion",
            GhostAction.ASK_NOW: "Suggest now, without waiting",
        }.items()
    ]
    rows.append((_native(QKeySequence(Key.Undo)), "Undo, also an accepted suggestion"))
    rows.append((SWITCH_KEY, "Turn suggestions on or off"))
    rows.append((ORIGINS_KEY, "Show or hide authorship"))
    return rows


def _native(key: QKeySequence) -> str:
    return key.toString(QKeySequence.SequenceFormat.NativeText)


def _short(folder: Path) -> str:
    try:
        return str(Path("~") / folder.relative_to(Path.home()))
    except ValueError:
        return str(folder)
