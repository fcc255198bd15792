"""“Server”: the address of a model elsewhere, what it is used for, and a button that tries it.

Nothing is sent before the writer presses a button, and nothing to the internet before they agree to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cowrite.base.errors import UserError
from cowrite.editor.common.announcing import announce
from cowrite.editor.common.background import Background, Task
from cowrite.editor.common.fit_to_screen import ContentArea, keep_on_screen
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.common.wheel_guard import ChoiceBox
from cowrite.localization import sentences, tr, tr_noop, trp
from cowrite.remote.address import Address, Place, Reach
from cowrite.remote.choice import ServerChoice, Use
from cowrite.remote.keys import ServerKeys
from cowrite.remote.trying import Trial, place_of, try_server
from cowrite.settings.preferences import Preferences

if TYPE_CHECKING:  # imported when there is an exam
    from cowrite.tasks.exam.elsewhere import ServerExam

CHARACTERS = 72
INTRODUCTION = tr_noop(
    "A model on another computer of yours can do what the model here does: with llama-server, vLLM, LM Studio or "
    "Ollama. The text it is to work on is sent there, and the line below the page says so. Private windows, and files "
    "where nothing is suggested, are never sent. When the server does not answer, the model here does."
)
STAYS = tr_noop(
    "The model here goes on doing what a server cannot: suggestions in the middle of a line, and “Repair”. Without a "
    "model on this computer there are no suggestions in the middle of a line and in private windows, and “Repair” is "
    "written by the server."
)
TRYING = tr_noop("Asking the server…")
KEPT = tr_noop("Saved. The line below the page says when text goes to the server.")
KEPT_OFF = tr_noop("Saved. Nothing is sent anywhere.")
KEY_IN_MEMORY = tr_noop(
    "This system has no keyring, so the key is not stored: you will have to give it again after the next start."
)

EXAMINES = tr_noop(
    "Find out in two minutes at most which tasks on a passage it does well. Only examples of Cowrite’s are sent."
)

Change = Callable[..., None]


class ServerDialog(QDialog):
    """``change`` keeps preferences by their names. ``keys`` are those of servers. ``keep_exam`` may raise UserError.

    Signal: ``key_in_use_forgotten()``, when a server is used meanwhile.
    """

    key_in_use_forgotten = Signal()

    def __init__(
        self,
        preferences: Preferences,
        keys: ServerKeys,
        change: Change,
        parent: QWidget,
        *,
        keep_exam: Callable[[ServerExam], None],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Server"))
        self._preferences = preferences
        self._keys = keys
        self._change = change
        self._keep_exam = keep_exam
        self._background = Background("server", self)
        self._task: Task | None = None
        self.finished.connect(self._background.close)
        self.address = QLineEdit(preferences.server)
        self.key = QLineEdit()
        self.model = ChoiceBox()
        self.use = ChoiceBox()
        self.agreement = QCheckBox()
        self.test = QPushButton(tr("&Test"))
        self.forget = QPushButton(tr("&Forget key"))
        self.examine = QPushButton(tr("&Examine"))
        self.examine.setToolTip(tr(EXAMINES))
        self.said = PlainLabel()
        self._build()
        self._fill()
        self.address.textEdited.connect(self._on_address)
        keep_on_screen(self)

    # --- building ---

    def _build(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 24, 24, 0)
        column.setSpacing(16)
        introduction = PlainLabel(tr(INTRODUCTION), content)
        introduction.setWordWrap(True)
        self.said.setWordWrap(True)
        stays = PlainLabel(tr(STAYS), content)
        stays.setWordWrap(True)
        column.addWidget(introduction)
        column.addWidget(stays)
        column.addLayout(self._form())
        tries = QHBoxLayout()
        tries.setSpacing(8)
        tries.addWidget(self.test)
        tries.addWidget(self.examine)
        tries.addStretch(1)
        column.addLayout(tries)
        column.addWidget(self.agreement)
        column.addWidget(self.said)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 16)
        whole.setSpacing(16)
        whole.addWidget(ContentArea(content, characters=CHARACTERS))
        whole.addWidget(self._buttons())

    def _form(self) -> QFormLayout:
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText(tr("Only if the server wants one"))
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field in (
            (tr("&Address"), self.address),
            (tr("&Key"), self.key),
            (tr("&Model"), self.model),
            (tr("&Use it for"), self.use),
        ):
            label = QLabel(text)
            label.setBuddy(field)
            form.addRow(label, self._key_row() if field is self.key else field)
        return form

    def _key_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.key, 1)
        row.addWidget(self.forget)
        self.forget.setAutoDefault(False)
        self.forget.clicked.connect(self._on_forget)
        return row

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.setContentsMargins(24, 0, 24, 0)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("&Close"))
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.save = buttons.addButton(tr("&Save"), role)
        self.test.clicked.connect(lambda: self._look(self._on_tried))
        self.save.clicked.connect(self._on_save)
        buttons.rejected.connect(self.close)
        self.examine.clicked.connect(lambda: self._look(self._on_tried_to_examine))
        self.test.setAutoDefault(False)
        self.examine.setAutoDefault(False)
        self.save.setDefault(True)
        return buttons

    def _fill(self) -> None:
        chosen = self._preferences
        for use in Use:
            self.use.addItem(_called(use), use.value)
        self.use.setCurrentIndex(self.use.findData(chosen.server_use))
        self._show_models((chosen.server_model,) if chosen.server_model else ())
        self.agreement.setVisible(False)

    def _show_models(self, models: tuple[str, ...]) -> None:
        wanted = self._wanted_model() if self.model.count() else self._preferences.server_model
        self.model.clear()
        self.model.addItem(tr("The first it has"), "")
        for each in models:
            self.model.addItem(each, each)
        self.model.setCurrentIndex(max(0, self.model.findData(wanted)))

    # --- what the writer does ---

    def follow(self, preferences: Preferences) -> None:
        """Know of other preferences."""
        self._preferences = preferences

    def _on_address(self) -> None:
        """Who agreed to one address has not agreed to another."""
        self.agreement.setVisible(False)
        self.agreement.setChecked(False)
        self._say("")

    def _on_forget(self) -> None:
        """Take the key for this address out of the keyring."""
        try:
            address = Address.parse(self.address.text())
        except UserError as error:
            self._say(str(error))
            return
        self.key.clear()
        self._set_busy(True)

        def forgotten(was_there: bool) -> None:
            self._set_busy(False)
            if was_there:
                if self._preferences.uses_server:
                    self.key_in_use_forgotten.emit()
                self._say(tr("The key for “{name}” is forgotten.", name=address.name))
            else:
                self._say(tr("No key is kept for “{name}”.", name=address.name))

        keys = self._keys
        self._task = self._background.run(
            lambda: keys.forget(address.origin), forgotten, self._on_failed
        )

    def _on_save(self) -> None:
        if self._wanted_use() is Use.OFF:
            self._keep(())
        else:
            self._look(self._on_tried_to_save)

    def _look(self, then: Callable[[Trial], None]) -> None:
        """Find out where it is, and ask it if text may go there."""
        self._say(tr(TRYING))
        self._set_busy(True)
        address = self.address.text()

        def located(place: Place) -> None:
            if self._needs_agreement(place):
                self._set_busy(False)
                return
            self._try(place, then)

        self._task = self._background.run(lambda: place_of(address), located, self._on_failed)

    def _needs_agreement(self, place: Place) -> bool:
        """Warn of an address on the internet until the writer agrees."""
        address = place.address
        if place.reach is not Reach.INTERNET or address.scheme != "https":
            return False
        if address.origin in self._preferences.server_confirmed or self.agreement.isChecked():
            return False
        self.agreement.setText(tr("I want to send text to {name}", name=address.name))
        self.agreement.setVisible(True)
        self._say(
            tr(
                "“{name}” is on the internet. Whoever runs it can read and keep all that is sent to it. If you want "
                "that, tick the box and try again.",
                name=address.name,
            )
        )
        return True

    def _try(self, place: Place, then: Callable[[Trial], None]) -> None:
        origin, typed = place.address.origin, self.key.text()
        choice = self._choice(origin)
        keys = self._keys

        def work() -> Trial:
            return try_server(choice, typed or keys.get(origin))

        self._task = self._background.run(work, then, self._on_failed)

    def _choice(self, origin: str) -> ServerChoice:
        """What the window says now, of a server at ``origin``; one that is to be tried is used for passages."""
        confirmed = self._preferences.server_confirmed
        if self.agreement.isChecked():
            confirmed = (*confirmed, origin)
        use = self._wanted_use()
        return ServerChoice(
            address=self.address.text(),
            model=self._wanted_model(),
            use=Use.PASSAGES if use is Use.OFF else use,
            confirmed=confirmed,
        )

    def _on_tried(self, trial: Trial) -> None:
        self._set_busy(False)
        self._show_models(trial.models)
        self._say(_about(trial))

    def _on_tried_to_save(self, trial: Trial) -> None:
        """It is there: keep the key, and then what was chosen."""
        origin, typed, keys = trial.address.origin, self.key.text(), self._keys

        def kept(is_stored: bool) -> None:
            self._set_busy(False)
            self._show_models(trial.models)
            confirmed = (origin,) if self.agreement.isChecked() else ()
            self._keep(confirmed)
            about_key = "" if is_stored else tr(KEY_IN_MEMORY)
            self._say(sentences(tr(KEPT), _about(trial), about_key))

        self._task = self._background.run(
            lambda: keys.put(origin, typed) if typed else True, kept, self._on_failed
        )

    def _on_tried_to_examine(self, trial: Trial) -> None:
        """It is there: put the bundled examples to it, which takes a while."""
        from cowrite.editor.panels.server.examining import examine_beside

        self._show_models(trial.models)
        typed, keys = self.key.text(), self._keys

        def done(sentence: str) -> None:
            self._set_busy(False)
            self._say(sentence)

        self._task = examine_beside(
            self._background,
            replace(self._choice(trial.address.origin), model=trial.model),
            lambda origin: typed or keys.get(origin),
            self._keep_exam,
            said=self._say,
            done=done,
            failed=self._on_failed,
        )

    def _keep(self, confirmed: tuple[str, ...]) -> None:
        before = self._preferences
        agreed = tuple(dict.fromkeys((*before.server_confirmed, *confirmed)))
        chosen = {
            "server": self.address.text().strip(),
            "server_model": self._wanted_model(),
            "server_use": self._wanted_use().value,
            "server_confirmed": agreed,
        }
        self._preferences = replace(before, **chosen)  # type: ignore[arg-type]
        self._change(**chosen)
        self._say(tr(KEPT_OFF if self._wanted_use() is Use.OFF else KEPT))

    def _on_failed(self, error: UserError) -> None:
        self._set_busy(False)
        self._say(str(error))

    # --- what is shown ---

    def _say(self, text: str) -> None:
        self.said.setText(text)
        announce(self, text)

    def _set_busy(self, busy: bool) -> None:
        for button in (self.test, self.examine, self.save, self.forget):
            button.setEnabled(not busy)

    def _wanted_use(self) -> Use:
        return Use(self.use.currentData())

    def _wanted_model(self) -> str:
        return str(self.model.currentData() or "")


def _called(use: Use) -> str:
    match use:
        case Use.OFF:
            return trp("what a server is used for", "Nothing")
        case Use.PASSAGES:
            return tr("Work on passages")
        case Use.ALL:
            return tr("Suggestions and work on passages")


def _about(trial: Trial) -> str:
    values = {"model": trial.model, "milliseconds": round(trial.milliseconds)}
    if trial.gives_probabilities:
        return tr("“{model}” answers in {milliseconds} ms and gives probabilities.", **values)
    return tr(
        "“{model}” answers in {milliseconds} ms, but gives no probabilities: it can work on passages, and "
        "suggestions are made here.",
        **values,
    )
