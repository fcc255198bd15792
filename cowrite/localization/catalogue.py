"""The catalogue in use, and the functions through which every sentence goes that a person reads.

The source language is English, so the messages are their own keys. ``packaging/messages.py`` finds them by the names
of these functions: their first argument is a literal, never an f-string. Places for values have names, as
``str.format`` writes them, so that a translator may change their order::

    tr("{name} was saved.", name=path.name)
    trn("{count} change", "{count} changes", count)
    trp("a part of speech", "adverb")          # one English word, two meanings

What is written at import, as a constant or in a table, is only named there and translated where it is shown::

    TITLE = tr_noop("Personalize")
    label.setText(tr(TITLE))
"""

from __future__ import annotations

import gettext
import logging
from pathlib import Path

from cowrite.localization.said import memory

DOMAIN = "cowrite"
SOURCE_LANGUAGE = "en"

_log = logging.getLogger(__name__)


class _Catalogue:
    """The one in use. Threads read it while a window changes it, so it is replaced as a whole."""

    def __init__(self, language: str, translations: gettext.NullTranslations) -> None:
        self.language = language
        self.translations = translations


_in_use = _Catalogue(SOURCE_LANGUAGE, gettext.NullTranslations())


def use(language: str, folder: Path | None = None) -> None:
    """From now on, sentences are in ``language`` (``en``, ``zh_CN``). ``folder`` holds ``zh_CN/cowrite.mo``.

    Raises OSError if there is no such catalogue.
    """
    global _in_use
    if language == SOURCE_LANGUAGE:
        _in_use = _Catalogue(language, gettext.NullTranslations())
        return
    if folder is None:
        raise FileNotFoundError(f"no folder of catalogues was given for {language}")
    with (folder / language / f"{DOMAIN}.mo").open("rb") as file:
        _in_use = _Catalogue(language, gettext.GNUTranslations(file))


def current() -> str:
    """The language in use: ``en`` or ``zh_CN``."""
    return _in_use.language


def tr_noop(message: str) -> str:
    """``message`` as it is: it goes into the catalogue here and is translated, by :func:`tr`, where it is shown."""
    return message


def tr(message: str, **values: object) -> str:
    """``message`` in the language in use, with ``values`` in their places.

    Without values, braces in the message are only braces.
    """
    if not message:
        return ""
    text = _filled(_in_use.translations.gettext(message), message, values)
    if values:
        memory.keep(text, tr, (message,), values)
    elif text is not message:
        memory.keep_message(text, tr, message)
    return text


def trn(one: str, many: str, count: int, **values: object) -> str:
    """The form for ``count`` things, which is also the value of ``{count}``, unless another is given."""
    found = _in_use.translations.ngettext(one, many, count)
    text = _filled(found, one if count == 1 else many, {"count": count, **values})
    memory.keep(text, trn, (one, many, count), values)
    return text


def trp(context: str, message: str, **values: object) -> str:
    """As :func:`tr`, for a word that means different things in different places; ``context`` tells which."""
    text = _filled(_in_use.translations.pgettext(context, message), message, values)
    if values:
        memory.keep(text, trp, (context, message), values)
    else:
        memory.keep_message(text, trp, context, message)
    return text


def _filled(found: str, message: str, values: dict[str, object]) -> str:
    if not values:
        return found
    try:
        return found.format(**values)
    except (IndexError, KeyError, ValueError):
        # A fault in a translation must not take a sentence away; the check of the catalogues finds it first.
        _log.warning("a translation has other places than its message: %r", message)
        return message.format(**values)
