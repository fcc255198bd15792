"""Puts the language in use that a person chose, or that the system speaks to them."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.localization import use
from cowrite.localization.languages import CHOICES, ENGLISH, LANGUAGES, SYSTEM, in_use_for
from cowrite.settings.resources import optional_resource

LANGUAGE_VARIABLE = "COWRITE_LANGUAGE"
"""Beats the preference, for one start: how a child process speaks as the one that started it."""

logger = logging.getLogger(__name__)


def chosen_language(settings_file: Path) -> str:
    """The preference ``language`` alone, ``system`` where there is none that makes sense.

    Read before anything else is known; what is wrong with the file is said by who reads all of it.
    """
    try:
        stored = read_json_file(settings_file, tolerant=True)
    except (OSError, SchemaError):
        return SYSTEM
    choice = stored.get("language") if isinstance(stored, dict) else None
    return choice if isinstance(choice, str) and choice in CHOICES else SYSTEM


def use_language(setting: str, environ: Mapping[str, str] = os.environ) -> str:
    """From now on, sentences are in the language of the preference ``setting``. Returns which that is.

    Without its catalogue, which only a broken installation lacks, they are in English.
    """
    forced = environ.get(LANGUAGE_VARIABLE, "")
    language = forced if forced in LANGUAGES else in_use_for(setting, environ)
    try:
        use(language, optional_resource("locale"))
    except OSError:
        logger.warning("there is no catalogue for %s", language)
        use(ENGLISH)
        return ENGLISH
    return language
