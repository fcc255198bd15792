"""What a person is told about reading aloud."""

from __future__ import annotations

from cowrite.localization import tr, tr_noop
from cowrite.speech.languages import primary_of

READING = tr_noop("Reading aloud. F5 pauses, Esc stops.")
PAUSED = tr_noop("Reading is paused. F5 goes on, Esc stops.")
AT_THE_END = tr_noop("Read to the end.")
NOTHING_TO_READ = tr_noop("There is nothing to read from here on.")
SILENCED = tr_noop("Another program has stopped the reading.")
NO_SERVICE = tr_noop(
    "Nothing on this computer can read aloud. Install the packages speech-dispatcher and espeak-ng, and try again."
)
NO_ANSWER = tr_noop(
    "The speech service of this computer does not answer. Sign out and in again, or start the program "
    "speech-dispatcher in a terminal: it says what is wrong."
)
NO_QT_PART = tr_noop("Reading aloud needs a part of Qt that is not installed.")
INSTALL_QT_PART = tr_noop("Install it with “pip install cowrite[speech]”, and try again.")
NO_ENGINE = tr_noop(
    "This computer has no voice that reads aloud. Install one in the settings of the system, and try again."
)
_LANGUAGES = {
    "ar": tr_noop("Arabic"),
    "de": tr_noop("German"),
    "el": tr_noop("Greek"),
    "en": tr_noop("English"),
    "es": tr_noop("Spanish"),
    "fr": tr_noop("French"),
    "he": tr_noop("Hebrew"),
    "hi": tr_noop("Hindi"),
    "it": tr_noop("Italian"),
    "ja": tr_noop("Japanese"),
    "ko": tr_noop("Korean"),
    "pt": tr_noop("Portuguese"),
    "ru": tr_noop("Russian"),
    "th": tr_noop("Thai"),
    "zh": tr_noop("Chinese"),
}


def language_name(language: str) -> str:
    """What a language is called, as far as that is known; otherwise its code."""
    name = _LANGUAGES.get(primary_of(language))
    return tr(name) if name else language


def no_voice(language: str) -> str:
    """That no voice reads this language, and what to do."""
    return tr(
        "No voice on this computer reads {language}. Install one, and try again.",
        language=language_name(language),
    )


def service_failed(said: str) -> str:
    """That the service could not say it, in its own words if it has any."""
    if not said:
        return tr("The speech service of this computer could not read this passage.")
    return tr(
        "The speech service of this computer could not read this passage: {reason}", reason=said
    )
