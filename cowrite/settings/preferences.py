"""What the writer may choose.

Each field carries its help, choices and bounds; dialogs and tables are built from them.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from cowrite.base.records import may_be_path
from cowrite.localization import listed, tr, tr_noop
from cowrite.localization.languages import CHOICES, SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceInfo:
    """What may stand in a field, and how to explain it. Hidden fields are kept but not offered."""

    help: str
    choices: Sequence[str] = ()
    minimum: float | None = None
    maximum: float | None = None
    hidden: bool = False


def preference(
    default: Any = MISSING,
    *,
    help: str,  # noqa: A002 - the word argparse uses for the same thing
    choices: Sequence[str] = (),
    minimum: float | None = None,
    maximum: float | None = None,
    hidden: bool = False,
    default_factory: Any = MISSING,
) -> Any:
    """A dataclass field with its explanation."""
    choice = PreferenceInfo(
        help=help, choices=choices, minimum=minimum, maximum=maximum, hidden=hidden
    )
    metadata = {"choice": choice}
    if default_factory is not MISSING:
        return field(default_factory=default_factory, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """All preferences with their defaults."""

    assistance: bool = preference(
        True,
        help=tr_noop(
            "Use AI: suggestions, and all that belongs to them. Without it, no model is loaded"
        ),
    )
    language: str = preference(
        SYSTEM, help=tr_noop("Language of menus, messages and commands"), choices=CHOICES
    )
    theme: str = preference(
        "system", help=tr_noop("Theme"), choices=("system", "light", "dark", "sepia")
    )
    font: str = preference("serif", help=tr_noop("Typeface"), choices=("serif", "sans", "mono"))
    font_family: str = preference(
        "", help=tr_noop("Another typeface: any font that is installed on this computer")
    )
    font_size_pt: int = preference(13, help=tr_noop("Text size, in points"), minimum=8, maximum=40)
    column_characters: int = preference(
        66, help=tr_noop("Text width, in characters"), minimum=45, maximum=90
    )
    line_height_percent: int = preference(
        160, help=tr_noop("Line height, in percent of the text size"), minimum=120, maximum=250
    )
    focus: str = preference(
        "off",
        help=tr_noop("Focus mode: what stands out while the rest of the page is quiet"),
        choices=("off", "sentence", "paragraph"),
    )
    typewriter: bool = preference(
        False, help=tr_noop("Typewriter scrolling: keep the line I write in the middle of the page")
    )
    daily_goal: int = preference(
        0, help=tr_noop("Words to write a day; 0 for no goal"), minimum=0, maximum=1_000_000
    )
    open_in: str = preference(
        "tabs",
        help=tr_noop(
            "Where another document is opened: as a tab of the window, or in a window of its own"
        ),
        choices=("tabs", "windows"),
    )
    markdown_marks: str = preference(
        "quiet",
        help=tr_noop("How the marks of Markdown are shown: **bold**, # Heading"),
        choices=("quiet", "hidden", "plain"),
    )
    autosave: bool = preference(True, help=tr_noop("Save texts that have a file while I write"))
    keep_versions: bool = preference(
        True, help=tr_noop("Keep earlier versions of my texts on this computer")
    )
    smart_punctuation: str = preference(
        "auto",
        help=tr_noop("Typographic quotation marks, apostrophes, dashes and ellipses while I type"),
        choices=("off", "auto", "en", "de", "de-guillemets", "fr", "zh"),
    )
    reading_speed_percent: int = preference(
        100,
        help=tr_noop("Speed of reading aloud, in percent of the voice’s own"),
        minimum=50,
        maximum=300,
    )
    reading_voice: str = preference(
        "", help=tr_noop("Voice that reads aloud, where it can read the language of the text")
    )
    spelling: bool = preference(True, help=tr_noop("Check spelling while I write"))
    suggestions: bool = preference(True, help=tr_noop("Suggest while I write"))
    eagerness: float = preference(
        0.5,
        help=tr_noop(
            "What suggestions save: most time (few of them, and sure) or most keys (many)"
        ),
        minimum=0,
        maximum=1,
    )
    own_gate: bool = preference(
        True, help=tr_noop("Learn from my decisions when to make suggestions")
    )
    influence: str = preference(
        "as tested",
        help=tr_noop("How much my own words, and what was learned from me, shape suggestions"),
        choices=("off", "gentle", "as tested", "strong"),
    )
    repair: float = preference(
        0.0,
        help=tr_noop(
            "What Repair changes: careful (what is hardly ever right) or thorough (what may be better, too)"
        ),
        minimum=0,
        maximum=1,
    )
    max_words: int = preference(
        3, help=tr_noop("Maximum number of words to suggest"), minimum=1, maximum=40
    )
    length: str = preference(
        "words",
        help=tr_noop("Length of suggestions: a few words, up to a sentence, or up to a paragraph"),
        choices=("words", "sentence", "paragraph"),
    )
    when_paused: str = preference(
        "phrase",
        help=tr_noop("What to suggest when I pause after a sentence"),
        choices=("nothing", "phrase", "sentences"),
    )
    tab_accepts: str = preference(
        "word",
        help=tr_noop("What Tab accepts: the next word or the whole suggestion"),
        choices=("word", "all"),
    )
    key_hints: bool = preference(
        True, help=tr_noop("Show the keys that accept or dismiss a suggestion")
    )
    reduced_motion: bool = preference(False, help=tr_noop("Reduce motion"))
    keep_log: bool = preference(
        True,
        help=tr_noop("Store what I write, accept and dismiss on this computer, to learn from it"),
    )
    keep_log_days: int = preference(
        0,
        help=tr_noop("Number of days to store it; 0 means until I delete it"),
        minimum=0,
        maximum=36_500,
    )
    learn_at_night: bool = preference(
        False, help=tr_noop("Learn how I write every night while I am away")
    )
    save_power: str = preference(
        "on battery",
        help=tr_noop(
            "When to save power: suggestions come after a longer pause and are not prepared in advance"
        ),
        choices=("on battery", "always", "never"),
    )
    excluded: tuple[str, ...] = preference(
        (), help=tr_noop("Files and folders where nothing is suggested or stored")
    )
    own_texts: tuple[str, ...] = preference(
        (), help=tr_noop("Other texts of mine to learn from: files and folders")
    )
    model: str = preference(
        "smollm2-135m-instruct", help=tr_noop("Model that makes the suggestions")
    )
    passage_model: str = preference(
        "", help=tr_noop("Model that works on passages, where it fits into memory beside the other")
    )
    device: str = preference(
        "auto", help=tr_noop("Where to run the model"), choices=("auto", "cpu", "cuda")
    )
    quantization: str = preference(
        "auto",
        help=tr_noop("Precision of the model in memory"),
        choices=("auto", "int8", "nf4", "bf16"),
    )
    download_mirror: str = preference(
        "",
        help=tr_noop("Mirror to download models from; empty for their publisher’s own server"),
    )
    download_proxy: str = preference(
        "", help=tr_noop("Proxy for downloads; empty for that of the system")
    )
    server_use: str = preference(
        "off",
        help=tr_noop("What a model on a server of mine is used for"),
        choices=("off", "passages", "all"),
        hidden=True,
    )
    server: str = preference("", help=tr_noop("Address of that server"), hidden=True)
    server_model: str = preference(
        "", help=tr_noop("Model to use there; empty for the first it has"), hidden=True
    )
    server_confirmed: tuple[str, ...] = preference(
        (), help=tr_noop("Servers on the internet that I agreed to send text to"), hidden=True
    )
    check_updates: bool = preference(
        False, help=tr_noop("Ask once a day whether there is a newer version of Cowrite")
    )
    update_address: str = preference(
        "",
        help=tr_noop("Where to ask for newer versions; empty for where this one says"),
        hidden=True,
    )
    keys: Mapping[str, Sequence[str]] = preference(
        default_factory=dict,
        help=tr_noop("Keys of commands: for the name of each command, a list of its keys"),
        hidden=True,
    )
    recent_commands: tuple[str, ...] = preference(
        (), help=tr_noop("Commands run from the command palette, the last one first"), hidden=True
    )
    print_paper: str = preference(
        "A4", help=tr_noop("Paper"), choices=("A4", "A5", "Letter", "Legal"), hidden=True
    )
    print_margin_mm: int = preference(
        25, help=tr_noop("Margins, in millimetres"), minimum=10, maximum=50, hidden=True
    )
    print_font: str = preference(
        "serif", help=tr_noop("Typeface on paper"), choices=("serif", "sans", "mono"), hidden=True
    )
    print_size_pt: int = preference(
        12, help=tr_noop("Text size on paper, in points"), minimum=7, maximum=24, hidden=True
    )
    print_line_percent: int = preference(
        140, help=tr_noop("Line height on paper, in percent"), minimum=100, maximum=250, hidden=True
    )
    print_indent: bool = preference(
        True, help=tr_noop("Indent paragraphs, with no space between them"), hidden=True
    )
    print_title: bool = preference(True, help=tr_noop("Title on the first page"), hidden=True)
    print_page_numbers: bool = preference(True, help=tr_noop("Page numbers"), hidden=True)
    print_new_page: bool = preference(True, help=tr_noop("Each chapter on a new page"), hidden=True)
    export_kind: str = preference(
        "docx",
        help=tr_noop("Kind of file that was exported last"),
        choices=("docx", "odt", "epub", "html"),
        hidden=True,
    )
    export_style: str = preference(
        "book",
        help=tr_noop("Layout of exported files"),
        choices=("book", "manuscript"),
        hidden=True,
    )
    export_author: str = preference(
        "", help=tr_noop("Author that exported files name"), hidden=True
    )
    export_title_page: bool = preference(True, help=tr_noop("Title page in exports"), hidden=True)
    check_kinds: tuple[str, ...] = preference(
        ("name", "quote", "echo", "sentence", "adverbs", "filler"),
        help=tr_noop("What the check looks for: names of kinds of findings"),
        hidden=True,
    )
    known_card: str = preference(
        "", help=tr_noop("Graphics card that I know is not used"), hidden=True
    )
    snoozed_until_ms: int = preference(
        0,
        help=tr_noop("Time until which suggestions are snoozed, in Unix time"),
        minimum=0,
        hidden=True,
    )
    welcomed: bool = preference(
        False, help=tr_noop("Whether the welcome has been shown"), hidden=True
    )
    tab_hints_used: int = preference(
        0, help=tr_noop("Number of times Tab has been used"), minimum=0, hidden=True
    )

    @property
    def uses_server(self) -> bool:
        """Whether a server of the writer's is to be used."""
        return self.server_use != "off" and bool(self.server)


_KINDS = {
    bool: tr_noop("true or false"),
    str: tr_noop("a string"),
    int: tr_noop("a whole number"),
    tuple: tr_noop("a list of strings"),
    dict: tr_noop("an object in which each value is a list of strings"),
}


_A_NUMBER = tr_noop("a number")


def info_of(name: str) -> PreferenceInfo:
    """The explanation of the preference ``name``. Raises KeyError."""
    for each in fields(Preferences):
        if each.name == name:
            choice: PreferenceInfo = each.metadata["choice"]
            return choice
    raise KeyError(name)


def checked(name: str, value: object) -> Any:
    """``value`` as the preference ``name`` may hold it.

    Raises ValueError whose text goes on the sentence “The setting …”.
    """
    choice = info_of(name)
    expected = type(getattr(Preferences(), name))
    kind = tr(_KINDS.get(expected, _A_NUMBER))
    if expected is float and type(value) is int:
        with contextlib.suppress(OverflowError):  # an absurdly long number then fails as an int
            value = float(value)
    if expected is tuple and isinstance(value, (list, tuple)):  # JSON has only lists
        if not all(map(may_be_path, value)):
            raise ValueError(tr("should be {kind}", kind=kind))
        value = tuple(value)
    if isinstance(value, dict) and not (
        all(map(may_be_path, value)) and all(map(_is_list_of_strings, value.values()))
    ):
        raise ValueError(tr("should be {kind}", kind=kind))
    if type(value) is not expected or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError(tr("should be {kind}", kind=kind))
    if isinstance(value, str) and not may_be_path(value):
        raise ValueError(tr("should be {kind}", kind=kind))
    if choice.choices and value not in choice.choices:
        raise ValueError(tr("should be one of {choices}", choices=listed(choice.choices)))
    if isinstance(value, (int, float)):
        if choice.minimum is not None and value < choice.minimum:
            raise ValueError(tr("should be at least {minimum:g}", minimum=choice.minimum))
        if choice.maximum is not None and value > choice.maximum:
            raise ValueError(tr("should be at most {maximum:g}", maximum=choice.maximum))
    return value


def _is_list_of_strings(value: object) -> bool:
    return isinstance(value, list) and all(map(may_be_path, value))
