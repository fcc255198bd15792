"""The field of one setting: made for the kind of its value, shown and read as that value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QFontDatabase, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QSlider, QSpinBox, QWidget
from shiboken6 import isValid

from cowrite.downloads.network import require_proxy
from cowrite.editor.common.wheel_guard import ChoiceBox, NumberBox, Slider
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.dialogs.path_list import PathList
from cowrite.editor.panels.settings.address_field import AddressField, Check
from cowrite.editor.panels.settings.setting_strings import STOPS, ValueWords, value_words
from cowrite.localization import tr
from cowrite.models.hub import endpoint
from cowrite.settings.preferences import PreferenceInfo, info_of
from cowrite.speech.languages import Voice

SLIDER_STEPS = 20
ADDRESSES: Mapping[str, Check] = {"download_mirror": endpoint, "download_proxy": require_proxy}
"""What tells whether an address can be used, by the name of its preference."""

Tell = Callable[[object], None]


AskForVoices = Callable[[Callable[[Sequence[Voice]], None]], None]
"""Calls back with the voices of this computer once they are known, or never."""


def no_voices(_answer: Callable[[Sequence[Voice]], None]) -> None:
    """Knows of none."""


def make_field(
    name: str,
    value: object,
    models: Mapping[str, str],
    dialogs: Dialogs,
    tell: Tell,
    ask_for_voices: AskForVoices = no_voices,
) -> QWidget:
    """The field of the preference ``name``; calls ``tell(value)`` for each change that the writer makes.

    ``models`` says what each model that may be chosen is called.
    """
    choice = info_of(name)
    match value:
        case bool():
            return _check_box(value, tell)
        case int():
            return _number_box(choice, value, tell)
        case float():
            return _slider(choice, value, tell)
        case tuple():
            return _path_list(name, value, dialogs, tell)
        case _ if name == "font_family":
            return FontBox(str(value), tell)
        case _ if name in ADDRESSES:
            return AddressField(str(value), tell, ADDRESSES[name])
        case _ if name == "reading_voice":
            return VoiceBox(str(value), tell, ask_for_voices)
        case _:
            words = {each: value_words(name, each) for each in choice.choices}
            if name in STOPS:
                return StopSlider(words, str(value), tell)
            if not words:
                words = {each: ValueWords(called, each) for each, called in models.items()}
            if name == "passage_model":
                words = {"": value_words(name, ""), **words}
            return _choice_box(words, str(value), tell)


def show_value(name: str, field: QWidget, value: Any) -> None:
    """Show ``value`` in the field, without telling of it."""
    with QSignalBlocker(field):
        match field:
            case AddressField():
                field.show_value(value)
            case QCheckBox():
                field.setChecked(value)
            case QSpinBox():
                field.setValue(value)
            case StopSlider():
                field.show_stop(value)
            case QSlider():
                field.setValue(_step_of(info_of(name), value))
            case QComboBox():
                if field.findData(value) < 0:
                    _add_value(field, value, value_words(name, value))
                field.setCurrentIndex(field.findData(value))
            case PathList():
                if value != field.paths:
                    field.set_paths(value)


def words_in(field: QWidget) -> list[str]:
    """What can be read in the field, for whoever looks for it."""
    if isinstance(field, StopSlider):
        return [text for words in field.words for text in (words.label, words.details)]
    if not isinstance(field, QComboBox):
        return []
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.UserRole)
    entries = [field.itemData(at, role) for at in range(field.count()) for role in roles]
    return [str(entry) for entry in entries if entry]


class StopSlider(Slider):
    """A slider with a few positions that have names: ``words`` by the value of each, from left to right."""

    def __init__(self, words: Mapping[str, ValueWords], value: str, tell: Tell) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._values = tuple(words)
        self.words: Sequence[ValueWords] = tuple(words.values())
        self.setRange(0, len(self._values) - 1)
        self.setPageStep(1)
        self.setTickPosition(Slider.TickPosition.TicksBelow)
        self.setTickInterval(1)
        self.show_stop(value)
        self.valueChanged.connect(lambda _: tell(self.stop))
        self.valueChanged.connect(self._explain)

    @property
    def stop(self) -> str:
        """The value at which it stands."""
        return self._values[self.value()]

    def show_stop(self, value: str) -> None:
        """Stand at ``value``."""
        self.setValue(self._values.index(value))
        self._explain()

    def _explain(self) -> None:
        """To who points at it, and to a screen reader, which reads a number only."""
        words = self.words[self.value()]
        self.setToolTip(words.details)
        self.setAccessibleDescription(tr("{name}: {value}", name=words.label, value=words.details))


class FontBox(ChoiceBox):
    """Any installed font by its family. They are looked up when one is to be chosen: there may be many."""

    def __init__(self, value: str, tell: Tell) -> None:
        super().__init__()
        self._is_filled = False
        for each in dict.fromkeys(["", value]):
            _add_value(self, each, value_words("font_family", each))
        self.setCurrentIndex(self.findData(value))
        self.currentIndexChanged.connect(lambda _: tell(self.currentData()))

    def showPopup(self) -> None:  # noqa: D102 - Qt's name
        self._fill()
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        self._fill()
        super().keyPressEvent(event)

    def _fill(self) -> None:
        if self._is_filled:
            return
        self._is_filled = True
        with QSignalBlocker(self):
            for family in QFontDatabase.families():
                if self.findData(family) < 0 and not QFontDatabase.isPrivateFamily(family):
                    _add_value(self, family, ValueWords(family))


class VoiceBox(ChoiceBox):
    """Any voice of this computer by its name. They are asked for when one is to be chosen: that may start a service."""

    def __init__(self, value: str, tell: Tell, ask: AskForVoices) -> None:
        super().__init__()
        self._ask = ask
        self._has_asked = False
        self.setMaxVisibleItems(20)
        for each in dict.fromkeys(["", value]):
            _add_value(self, each, value_words("reading_voice", each))
        self.setCurrentIndex(self.findData(value))
        self.currentIndexChanged.connect(lambda _: tell(self.currentData()))

    def showPopup(self) -> None:  # noqa: D102 - Qt's name
        self._look()
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        self._look()
        super().keyPressEvent(event)

    def _look(self) -> None:
        if not self._has_asked:
            self._has_asked = True
            self._ask(self._fill)

    def _fill(self, voices: Sequence[Voice]) -> None:
        if not isValid(self):  # the settings were closed meanwhile
            return
        was_open = self.view().isVisible()
        with QSignalBlocker(self):
            for voice in sorted(voices, key=lambda each: (each.language, each.name)):
                if self.findData(voice.name) < 0:
                    label = tr("{language}: {voice}", language=voice.language, voice=voice.name)
                    _add_value(self, voice.name, ValueWords(label))
        if was_open:  # it is as high as what it had when it was opened
            super().hidePopup()
            super().showPopup()


def _check_box(value: bool, tell: Tell) -> QCheckBox:
    box = QCheckBox()
    box.setChecked(value)
    box.toggled.connect(tell)
    return box


def _number_box(choice: PreferenceInfo, value: int, tell: Tell) -> NumberBox:
    box = NumberBox()
    box.setRange(int(choice.minimum or 0), int(choice.maximum or 1_000_000))
    box.setValue(value)
    box.setKeyboardTracking(False)  # “12” is not first one and then twelve
    box.valueChanged.connect(tell)
    return box


def _slider(choice: PreferenceInfo, value: float, tell: Tell) -> Slider:
    low, high = choice.minimum or 0.0, choice.maximum or 1.0
    slider = Slider(Qt.Orientation.Horizontal)
    slider.setRange(0, SLIDER_STEPS)
    slider.setValue(_step_of(choice, value))
    slider.valueChanged.connect(lambda step: tell(low + (high - low) * step / SLIDER_STEPS))
    return slider


def _choice_box(words: Mapping[str, ValueWords], value: str, tell: Tell) -> ChoiceBox:
    box = ChoiceBox()
    for each, called in (
        dict(words) if value in words else {value: ValueWords(value), **words}
    ).items():
        _add_value(box, each, called)
    box.setCurrentIndex(box.findData(value))
    _explain(box)
    box.currentIndexChanged.connect(lambda _: _explain(box))
    box.currentIndexChanged.connect(lambda _: tell(box.currentData()))
    return box


def _add_value(box: QComboBox, value: str, words: ValueWords) -> None:
    box.addItem(words.label, value)
    box.setItemData(box.count() - 1, words.details, Qt.ItemDataRole.ToolTipRole)


def _explain(box: QComboBox) -> None:
    box.setToolTip(box.currentData(Qt.ItemDataRole.ToolTipRole) or "")


def _path_list(name: str, value: tuple[str, ...], dialogs: Dialogs, tell: Tell) -> PathList:
    paths = PathList(name, value, dialogs)
    paths.changed.connect(tell)
    return paths


def _step_of(choice: PreferenceInfo, value: float) -> int:
    low, high = choice.minimum or 0.0, choice.maximum or 1.0
    return round((value - low) / (high - low) * SLIDER_STEPS)
