"""What the values of the settings are called, and where each setting stands. Knows no widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cowrite.localization import tr, tr_noop, trp
from cowrite.localization.languages import OWN_NAMES

SECTIONS: Mapping[str, Sequence[str]] = {
    tr_noop("AI"): ("assistance",),
    tr_noop("Language"): ("language",),
    tr_noop("Page"): (
        "theme",
        "font",
        "font_family",
        "font_size_pt",
        "column_characters",
        "line_height_percent",
        "markdown_marks",
        "reduced_motion",
    ),
    "Writing": ("smart_punctuation", "spelling", "focus", "typewriter", "daily_goal"),
    tr_noop("Reading aloud"): ("reading_speed_percent", "reading_voice"),
    tr_noop("Files"): ("open_in", "autosave", "keep_versions"),
    tr_noop("Suggestions"): (
        "suggestions",
        "eagerness",
        "own_gate",
        "influence",
        "length",
        "max_words",
        "when_paused",
        "tab_accepts",
        "repair",
        "key_hints",
    ),
    tr_noop("Model"): ("model", "passage_model", "device", "quantization", "save_power"),
    tr_noop("Learning and privacy"): (
        "keep_log",
        "keep_log_days",
        "learn_at_night",
        "own_texts",
        "excluded",
    ),
    tr_noop("Downloads"): ("download_mirror", "download_proxy"),
    tr_noop("Updates"): ("check_updates",),
}
OF_ASSISTANCE = frozenset(
    {
        *SECTIONS["Suggestions"],
        *SECTIONS["Model"],
        *SECTIONS["Learning and privacy"],
        "download_mirror",
    }
) - {"excluded"}
"""What is offered only to who uses AI."""
WITHOUT_ASSISTANCE: Mapping[str, str] = {"Learning and privacy": tr_noop("Privacy")}
"""What a section is called for who uses no AI, where that is something else."""
HELP_WITHOUT_ASSISTANCE: Mapping[str, str] = {
    "excluded": tr_noop("Files and folders about which nothing is stored")
}
"""What a setting is about for who uses no AI, where that is something else."""
KEPT_BY_RESET = frozenset(SECTIONS["Learning and privacy"]) | {"assistance"}
"""What “Reset all” leaves alone: nobody is to be recorded, or to lose a list, because of it."""


@dataclass(frozen=True, slots=True)
class ValueWords:
    """What a value is called, and more about it for who asks."""

    label: str
    details: str = ""


VALUES: Mapping[str, Mapping[str, ValueWords]] = {
    "language": {
        "system": ValueWords(tr_noop("System")),
        **{each: ValueWords(name) for each, name in OWN_NAMES.items()},
    },
    "theme": {
        "system": ValueWords(tr_noop("Match system")),
        "light": ValueWords(tr_noop("Light")),
        "dark": ValueWords(tr_noop("Dark")),
        "sepia": ValueWords(tr_noop("Sepia")),
    },
    "font": {
        "serif": ValueWords(tr_noop("Serif")),
        "sans": ValueWords(tr_noop("Sans serif")),
        "mono": ValueWords(tr_noop("Monospaced")),
    },
    "reading_voice": {"": ValueWords(tr_noop("As the text’s language needs it"))},
    "passage_model": {"": ValueWords(tr_noop("The same as for suggestions"))},
    "font_family": {"": ValueWords(tr_noop("None, as chosen above"))},
    "smart_punctuation": {
        "off": ValueWords(tr_noop("Off"), tr_noop("Every key writes what is on it")),
        "auto": ValueWords(
            tr_noop("As the text’s language has them"),
            tr_noop(
                "What language it is, is found out from the text. Undo right after brings the straight sign back."
            ),
        ),
        "en": ValueWords(tr_noop("English  “ ”  ‘ ’")),
        "de": ValueWords(tr_noop("German  „ “  ‚ ‘")),
        "de-guillemets": ValueWords(tr_noop("German  » «  › ‹")),
        "fr": ValueWords(tr_noop("French  « »  “ ”")),
        "zh": ValueWords(tr_noop("Chinese  “ ”  ‘ ’  ……")),
    },
    "focus": {
        "off": ValueWords(tr_noop("Off")),
        "sentence": ValueWords(tr_noop("The sentence")),
        "paragraph": ValueWords(tr_noop("The paragraph")),
    },
    "open_in": {
        "tabs": ValueWords(tr_noop("Tabs")),
        "windows": ValueWords(tr_noop("Windows")),
    },
    "markdown_marks": {
        "quiet": ValueWords(
            tr_noop("Quiet"), tr_noop("Headings and emphasis as they are meant, the marks in grey")
        ),
        "hidden": ValueWords(
            tr_noop("Hidden"), tr_noop("The marks are shown only in the paragraph you are in")
        ),
        "plain": ValueWords(
            tr_noop("As typed"), tr_noop("No formatting: every mark as it was typed")
        ),
    },
    "length": {
        "words": ValueWords(tr_noop("A few words")),
        "sentence": ValueWords(tr_noop("Up to a sentence")),
        "paragraph": ValueWords(tr_noop("Up to a paragraph")),
    },
    "influence": {
        "off": ValueWords(
            tr_noop("Off"), tr_noop("The model as it was made, without anything of yours")
        ),
        "gentle": ValueWords(tr_noop("Gentle"), tr_noop("Half of what was learned from you")),
        "as tested": ValueWords(
            tr_noop("As tested"), tr_noop("As it was when it was tested on pages of yours")
        ),
        "strong": ValueWords(
            tr_noop("Strong"), tr_noop("Half as much again as was tested, and your words first")
        ),
    },
    "when_paused": {
        "nothing": ValueWords(tr_noop("Nothing")),
        "phrase": ValueWords(tr_noop("A phrase"), tr_noop("A few words, after some seconds")),
        "sentences": ValueWords(
            tr_noop("A phrase, then sentences"),
            tr_noop(
                "A few words after some seconds, and some seconds later up to three sentences to choose from"
            ),
        ),
    },
    "tab_accepts": {
        "word": ValueWords(tr_noop("The next word")),
        "all": ValueWords(tr_noop("The whole suggestion")),
    },
    "save_power": {
        "on battery": ValueWords(tr_noop("On battery")),
        "always": ValueWords(tr_noop("Always")),
        "never": ValueWords(tr_noop("Never")),
    },
    "device": {
        "auto": ValueWords(
            tr_noop("Automatic"), tr_noop("The graphics card if it can be used, else the processor")
        ),
        "cpu": ValueWords(tr_noop("Processor"), tr_noop("CPU")),
        "cuda": ValueWords(tr_noop("NVIDIA card"), tr_noop("CUDA")),
    },
    "quantization": {
        "auto": ValueWords(
            tr_noop("Automatic"), tr_noop("What was measured to be best on this computer")
        ),
        "int8": ValueWords(tr_noop("Compact"), tr_noop("8-bit whole numbers (int8)")),
        "nf4": ValueWords(tr_noop("Smallest"), tr_noop("4-bit NormalFloat (nf4)")),
        "bf16": ValueWords(tr_noop("Full precision"), tr_noop("16-bit floating point (bf16)")),
    },
}
ENDS: Mapping[str, tuple[str, str]] = {
    "eagerness": (tr_noop("Most time"), tr_noop("Most keys")),
    "repair": (tr_noop("Careful"), tr_noop("Thorough")),
}
"""What stands at both ends of a slider."""
STOPS = frozenset({"influence"})
"""Whose choices are positions of a slider, in their order, each with its name."""


def section_name(title: str) -> str:
    """What a section is called. “Writing” is also what a program does with a file, and another word then."""
    return trp("a section of the settings", "Writing") if title == "Writing" else tr(title)


def value_words(name: str, value: str) -> ValueWords:
    """What ``value`` of the preference ``name`` is called; what has no name of its own is called what it is."""
    words = VALUES.get(name, {}).get(value)
    if words is None or (name == "language" and value in OWN_NAMES):
        return words or ValueWords(value)  # names of languages and fonts are nobody's to translate
    return ValueWords(tr(words.label), tr(words.details))
