"""Every command and action, with a command line that succeeds where nothing is wrong, and what it needs for that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from command_home import MODEL, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``needs`` are the parts that must be well for status 0; ``input`` and ``output`` are names of files.

    ``writes`` are the beginnings of the names below the home that may differ after status 0; after status 2 nothing
    may. ``differs`` are the statuses of states for which the rule does not hold; the row says why.
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
        more |= {"input", "input-content"} if self.input else set()
        return self.needs | more | ({"output"} if self.output else set())


def _row(*words: str, **rest: object) -> Row:
    """``{input}``, ``{output}``, ``{old}`` and ``{new}`` in ``words`` stand for what a place has."""

    def arguments(place: Place) -> list[str]:
        old, new = [*place.adapters, "", ""][:2]
        names = {
            "input": place.inputs(row.input),
            "output": place.outputs(row.output),
            "old": old,
            "new": new,
        }
        return [word.format(**names) for word in words]

    needs = frozenset(str(rest.pop("needs", "")).split())
    row = Row(arguments=arguments, needs=needs, **rest)  # type: ignore[arg-type]
    return row


SERVED = "model adapters"
ROWS: dict[str, Row] = {
    "adapters list": _row("adapters", "list", needs="adapters"),
    "adapters show": _row("adapters", "show", "{old}"),
    "adapters use": _row("adapters", "use", "{old}", needs=SERVED, writes=("data/adapters/",)),
    "adapters rollback": _row("adapters", "rollback", needs=SERVED, writes=("data/adapters/",)),
    "adapters remove": _row("adapters", "remove", "{old}", writes=("data/adapters/",)),
    "adapters export": _row("adapters", "export", "{old}", "{output}", output="copy.zip"),
    "adapters import": _row(
        "adapters", "import", "{input}", input="fresh.zip", writes=("data/adapters/",)
    ),
    "bench": _row("bench", "--text", "{input}", input="story.txt", needs="model"),
    "complete": _row("complete", "--file", "{input}", input="story.txt", needs=SERVED),
    "demo": _row("demo", "--out", "{output}", output="pictures", needs="model"),
    "doctor": _row("doctor"),
    "evaluate": _row("evaluate", "--text", "{input}", input="story.txt", needs=SERVED),
    "insights": _row("insights", "--csv", "{output}", output="figures.csv", needs="log"),
    "log stats": _row("log", "stats", needs="log"),
    "log tail": _row("log", "tail", needs="log"),
    "log replay": _row("log", "replay", "--json", needs="log"),
    "log export": _row(
        "log", "export", "--out", "{output}", output="log.jsonl", needs="log some-log"
    ),
    "log import": _row(
        "log",
        "import",
        "{input}",
        input="sessions.jsonl",
        needs="log-write",
        writes=("data/decisions",),
    ),
    "log forget": _row(
        "log", "forget", "--session", "session-1", "--yes", needs="log log-write", writes=("data/",)
    ),
    "log erase": _row("log", "erase", "--yes", needs="log-write", writes=("data/",)),
    "log backup": _row(
        "log", "backup", "--to", "{output}", output="copy.sqlite3", needs="log some-log"
    ),
    "log verify": _row("log", "verify", needs="log some-log"),
    "models list": _row("models", "list"),
    "models install": _row("models", "install", "toy", writes=("data/models/",)),
    "models import": _row(
        "models", "import", "{input}", input="model.gguf", writes=("data/models/",)
    ),
    "models use": _row("models", "use", MODEL, needs="model", writes=("config/",)),
    "models remove": _row("models", "remove", MODEL, needs="model-there", writes=("data/models/",)),
    "models verify": _row("models", "verify", MODEL, needs="model"),
    "models compile": _row("models", "compile"),
    "personalize": _row("personalize", "--log", "--dry-run", needs="model log"),
    "simulate": _row(
        "simulate", "--text", "{input}", "--words", "5", input="story.txt", needs=SERVED
    ),
    "statement": _row("statement", "{input}", input="story.txt", needs="log some-log"),
}
