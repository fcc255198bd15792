"""Which language a person reads: the one they chose, else the one the system speaks to them.

The variables of the environment mean what they mean to GNU gettext, but nobody asks whether the system has generated
that locale: a catalogue needs no locale. Knows no settings and no Qt.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

SYSTEM = "system"
ENGLISH = "en"
CHINESE = "zh_CN"
CHOICES = (SYSTEM, ENGLISH, CHINESE)
"""What the preference ``language`` may be."""
LANGUAGES = (ENGLISH, CHINESE)
OWN_NAMES = {ENGLISH: "English", CHINESE: "简体中文"}
"""What each language calls itself, in every language: whoever cannot read the others must find it."""

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_UNTRANSLATED = frozenset({"C", "POSIX"})
_SEPARATOR = re.compile(r"[_.@-]")
_PRIMARY = 0x3FF  # the bits of a LANGID of Windows that tell the language without its region
_OF_WINDOWS = {0x04: CHINESE, 0x09: ENGLISH}


def supported(name: str) -> str | None:
    """The language of ours for ``zh_CN.UTF-8``, ``zh-Hans``, ``en_GB@euro``; None where we have none.

    Whoever reads traditional characters gets simplified ones rather than English (ADR 62).
    """
    primary = _SEPARATOR.split(name.strip(), maxsplit=1)[0].lower()
    return {"zh": CHINESE, "en": ENGLISH}.get(primary)


def in_use_for(
    setting: str,
    environ: Mapping[str, str] = os.environ,
    system: Callable[[], Sequence[str]] | None = None,
) -> str:
    """The language for the preference ``setting``; what it does not know counts as ``system``."""
    if setting in LANGUAGES:
        return setting
    wanted = _of_environment(environ)
    if wanted is None:
        wanted = (system or of_system)()
    return _first(wanted)


def _of_environment(environ: Mapping[str, str]) -> Sequence[str] | None:
    """What the variables ask for, best first; None where they say nothing."""
    locale = next((environ[name] for name in _LOCALE_VARIABLES if environ.get(name)), "")
    if locale in _UNTRANSLATED:
        return (locale,)
    listed = [name for name in environ.get("LANGUAGE", "").split(":") if name]
    if listed:
        return listed
    return (locale,) if locale else None


def _first(wanted: Iterable[str]) -> str:
    for name in wanted:
        if name in _UNTRANSLATED:
            break
        if (found := supported(name)) is not None:
            return found
    return ENGLISH


def of_system() -> Sequence[str]:
    """What Windows or macOS speaks to this person, best first; elsewhere the environment has said all."""
    if sys.platform == "win32":
        import ctypes

        identity = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return [language_of_windows(identity)]
    if sys.platform == "darwin":
        import subprocess  # costs more than all of this module, and no other system needs it

        command = ["/usr/bin/defaults", "read", "-g", "AppleLanguages"]
        try:
            answer = subprocess.run(command, capture_output=True, timeout=2, check=False)
        except (OSError, subprocess.SubprocessError):
            return []
        return languages_of_macos(answer.stdout.decode("utf-8", "replace"))
    return []


def language_of_windows(identity: int) -> str:
    """The language for a LANGID."""
    return _OF_WINDOWS.get(identity & _PRIMARY, ENGLISH)


def languages_of_macos(listing: str) -> list[str]:
    """The names in what ``defaults`` prints of a list."""
    return re.findall(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*", listing)
