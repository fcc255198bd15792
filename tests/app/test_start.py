"""What is arranged before the window stands: input methods, and where Qt keeps what it remembers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from cowrite.app.start import keep_dialog_settings, offer_ibus


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"QT_IM_MODULE": "fcitx"}, "fcitx;ibus"),
        ({"QT_IM_MODULE": "fcitx5"}, "fcitx5;ibus"),
        ({"QT_IM_MODULE": "ibus"}, None),
        ({"QT_IM_MODULE": "fcitx", "QT_IM_MODULES": "wayland;fcitx"}, "wayland;fcitx"),
        ({}, None),
    ],
)
def test_ibus_follows_fcitx_where_only_that_is_asked_for(
    given: dict[str, str], wanted: str | None
) -> None:
    environ = dict(given)
    offer_ibus(environ)
    assert environ.get("QT_IM_MODULES") == wanted


def test_what_file_dialogs_remember_stays_in_the_programs_folder(tmp_path: Path) -> None:
    kind, scope = QSettings.Format.NativeFormat, QSettings.Scope.UserScope
    before = Path(QSettings(kind, scope, "QtProject").fileName()).parent
    try:
        keep_dialog_settings(tmp_path)
        assert Path(QSettings(kind, scope, "QtProject").fileName()).parent == tmp_path
    finally:
        QSettings.setPath(kind, scope, str(before))
