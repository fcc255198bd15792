"""Every command and action, with a command line that succeeds where nothing is wrong, and what it needs for that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from command_home import MODEL, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``needs`` are the parts that must be well for status 0; ``input`` and ``output`` are names of files.

    ``writes`` are the beginnings of the names below the home that may differ after status 0; after status 2 nothing
    may. ``differs`` are the statuses of states for
    which the rule does not hold; the row says why.
    """

    arguments: Callable[[Place], list[str]]
    needs: frozenset[str] = frozenset()
    input: str = ""
    output: str = ""
    prints: bool = True
    writes: tuple[str, ...] = ()
    differs: Mapping[str, int] = field(default_factory=dict)

    @property
    def all_needs(self) -> frozenset[str]:
        """With what follows from reading or writing a file and from printing."""
        more = {"stdout"} if self.prints else set()
        more |= {"input"} if self.input else set()
        return self.needs | more | ({"output"} if self.output else set())


def _row(*words: str, **rest: object) -> Row:
    """``{input}``, ``{output}``, ``{old}`` and ``{new}`` in ``words`` stand for what a place has."""

    def arguments(place: Place) -> list[str]:
        old, new = [*place.adapters, "", ""][:2]
        names = {
            "input": place.inputs(row.input),
            "output": place.outputs(row.output),
            "pack": place.inputs("pack"),
            "old": old,
            "new": new,
        }
        return [word.format(**names) for word in words]

    needs = frozenset(str(rest.pop("needs", "")).split())
    row = Row(arguments=arguments, needs=needs, **rest)  # type: ignore[arg-type]
    return row


CHOSEN = "model-missing manifest"
LOADED = f"{CHOSEN} model weights input-content"
SERVED = f"{LOADED} note note-file adapter adapter-files"
ADAPTER = "adapter adapters-there"
CHANGE = "locks room"
NEW = "output-folder output-new"
IN_ADAPTERS, IN_MODELS, IN_DATA = ("data/adapters/",), ("data/models/",), ("data/",)
IN_PACKS = ("data/packs/",)
STORY = "story.txt"
# A text of more than 5,000 words.
OWN_TEXT = str(Path(__file__).parents[2] / "docs" / "user-guide.md")

ROWS: dict[str, Row] = {
    "adapters list": _row("adapters", "list"),  # a damaged note is said with each adapter
    "adapters show": _row("adapters", "show", "{old}", needs=ADAPTER),
    "adapters use": _row(
        "adapters", "use", "{old}", needs=f"{CHOSEN} {ADAPTER} adapter-files note-file {CHANGE}", writes=IN_ADAPTERS,
    ),
    "adapters rollback": _row(
        "adapters", "rollback", needs=f"{CHOSEN} note note-file {CHANGE}", writes=IN_ADAPTERS
    ),
    "adapters remove": _row(
        "adapters", "remove", "{old}", needs=f"adapters-there {CHANGE}", writes=IN_ADAPTERS,
        # It is taken out of use and out of the list; only what is left of it has to be deleted by hand.
        differs={"adapters without permission": 2},
    ),
    "adapters export": _row(
        "adapters", "export", "{old}", "{output}", output="copy.zip",
        needs=f"{ADAPTER} adapter-files output-link output-self {NEW}",
    ),
    "adapters import": _row(
        "adapters", "import", "{input}", input="fresh.zip", needs=f"input-content {CHANGE}", writes=IN_ADAPTERS,
    ),
    "bench": _row("bench", "--text", "{input}", input=STORY, needs=LOADED),
    "complete": _row("complete", "--file", "{input}", input=STORY, needs=SERVED),
    "demo": _row(
        "demo", "--out", "{output}", output="pictures", needs="model-missing output-file output-self",
        # The stand-in for the session takes no pictures.
        differs={"output on a full disk": 0},
    ),
    # What is wrong is its answer.
    "doctor": _row("doctor", needs="log model weights manifest"),
    "evaluate": _row("evaluate", "--text", "{input}", input=STORY, needs=SERVED),
    "insights": _row(
        "insights", "--csv", "{output}", output="figures.csv",
        needs="log output-folder output-name output-there output-self output-link",
    ),
    "log stats": _row("log", "stats", needs="log"),
    "log tail": _row("log", "tail", needs="log"),
    "log replay": _row("log", "replay", "--json", needs="log"),
    "log export": _row(
        "log", "export", "--out", "{output}", output="log.jsonl", prints=False,
        needs="log some-log output-name output-there output-self output-link",
    ),
    "log import": _row(
        "log", "import", "{input}", input="sessions.jsonl", writes=("data/decisions",),
        needs="log-write log-link input-content room",
    ),
    "log forget": _row(
        "log", "forget", "--session", "session-1", "--yes", needs=f"log log-write sessions-there {CHANGE}",
        writes=IN_DATA,
        # It is deleted all the same; what is said is that a trace is left beside the log while others read it.
        differs={"log being read": 2},
    ),
    "log erase": _row(
        "log", "erase", "--yes", needs=f"log-write {CHANGE}", writes=IN_DATA,
        # With everything, a log goes that nobody can read.
        differs={
            "log being read": 2, "log is a pipe": 0, "log is a link to itself": 0, "log of a newer version": 0,
        },
    ),
    "log backup": _row(
        "log", "backup", "--to", "{output}", output="copy.sqlite3", needs=f"log some-log output-link {NEW}",
    ),
    "log verify": _row("log", "verify", needs="log some-log"),
    "models list": _row("models", "list"),
    "models install": _row("models", "install", "toy", needs=CHANGE, writes=IN_MODELS),
    "models download": _row(
        "models", "download", "toy", "--yes", needs=CHANGE, writes=IN_MODELS
    ),
    "models import": _row(
        "models", "import", "{input}", input="model.gguf", needs=f"input-content {CHANGE}", writes=IN_MODELS,
        # Zeros after a GGUF file are no part of it, and only what is part of it is read.
        differs={"input is huge": 0},
    ),
    "models use": _row("models", "use", MODEL, needs="model-there manifest room", writes=("config/",)),
    "models remove": _row(
        "models", "remove", MODEL, needs="model-there", writes=IN_MODELS,
        differs={"model without permission": 2},  # as “adapters remove”
    ),
    "models exam": _row(
        "models", "exam", MODEL, "--adapter", "base", needs="model-there manifest model weights room", writes=IN_MODELS,
    ),
    "models verify": _row("models", "verify", MODEL, needs="model-there manifest model weights"),
    "packs list": _row("packs", "list"),
    # A folder, as on a stick; what may be wrong with it has tests of its own.
    "packs install": _row(
        "packs", "install", "{pack}", "--without-card", needs="room", prints=False, writes=IN_PACKS,
    ),
    "packs use": _row("packs", "use", "gpu-1", needs="packs-there room", writes=IN_PACKS),
    "packs off": _row("packs", "off"),
    "packs back": _row("packs", "back", needs="packs-there room", writes=IN_PACKS),
    "packs remove": _row("packs", "remove", "gpu-1", needs="packs-there", writes=IN_PACKS),
    "packs check": _row("packs", "check"),
    "personalize": _row("personalize", "--log", "--dry-run", needs=f"{CHOSEN} model model-files log"),
    "simulate": _row("simulate", "--text", "{input}", "--words", "2", input=STORY, needs=SERVED),
    "convert": _row(
        "convert", "{input}", "{output}", "--quotes", "en", input=STORY, output="story.md", prints=False,
        needs="output-folder output-new output-link", differs={"input is garbage": 2},
    ),
    "check": _row("check", "{input}", "--json", input=STORY, differs={"input is garbage": 2}),
    "count": _row("count", "{input}", input=STORY, differs={"input is garbage": 2}),
    "server status": _row("server", "status"),
    "server exam": _row("server", "exam"),
    "server forget-key": _row("server", "forget-key"),
    "spell": _row("spell", "{input}", "--json", input=STORY, differs={"input is garbage": 2}),
    "statement": _row(
        "statement", "{input}", input=STORY, needs="log some-log",
        # Another file, of which nothing is known; and one that is no text. An empty text has a statement.
        differs={"names of bytes that are no text": 2, "input is garbage": 2},
    ),
    "task": _row("task", "score", "--file", "{input}", input=STORY, needs=SERVED),
    # No key comes with a source checkout, so that nobody is asked.
    "updates check": _row("updates", "check"),
    "updates download": _row("updates", "download"),
    "voice": _row(
        "voice", "{input}", "--own", OWN_TEXT, "--json", input=STORY, differs={"input is garbage": 2},
    ),
}  # fmt: skip
