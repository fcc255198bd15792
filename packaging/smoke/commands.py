"""Every command that the package's own help names, with its help and with a real use.

A command without a use here is a problem, so that a new one is tried too.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from smoke import made_up
from smoke.findings import Findings
from smoke.session import SMALL, TO_LEARN_FROM
from smoke.surroundings import Surroundings

STORY = "The old lighthouse stood on the hill above the town. She had not been there since.\n" * 8
BAD_SIGNS = ("Traceback", "Could not import", "ModuleNotFoundError", "something went wrong inside")
MODELS = "models"
# With less, learning ends because there is too little text to test with.
LEARNING_CHARACTERS = 40_000
# The writer asks for a download with these: there is none here, and that is said in a sentence.
MAY_ASK_THE_NETWORK = {"models install", "models download"}
STARTER = "smollm2-135m-instruct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """``name`` is the command as help names it. ``expects`` is a regular expression that its output matches."""

    name: str
    rest: tuple[str, ...] = ()
    expects: str = ""
    statuses: tuple[int, ...] = (0,)
    within_s: float = 600


def use(name: str, *rest: str, expects: str = "", statuses: tuple[int, ...] = (0,)) -> Use:
    """One row. ``{…}`` in ``rest`` stand for what :class:`Names` has."""
    return Use(name=name, rest=rest, expects=expects, statuses=statuses)


NOT_EMPTY = r'"candidates": \[\{|"candidates": \["'
# In this order: what one leaves is what the next works on.
WITH_THE_STARTER = (
    use("doctor", "--json", expects=r'"torch"|"Torch"'),
    use("doctor", expects=r"the decoding step is compiled for"),
    use("models list", "--json", expects=r'"in use"'),
    use("complete", "--text", "Once upon a", "--json", expects=NOT_EMPTY),
    use("complete", "--file", "{draft}"),
    use("task", "score", "--file", "{task}"),
    use("task", "continue-passage", "--file", "{draft}", "--json", expects=r'"hunks": \[\{'),
    use("task", "repair", "--file", "{misspelled}", "--json", expects=r"versions"),
    use("evaluate", "--text", "{story}", "--json", expects=r"perplexity"),
    use("models verify", STARTER),
    use("models exam", STARTER, "--json", expects=r'"repair": \{"passed": (true|false)'),
    # It is here already, or it cannot be fetched: there is no network.
    use("models install", STARTER, statuses=(0, 2)),
    use("models download", STARTER, "--yes", statuses=(0, 2)),
    use("demo", "--out", "pictures of the demo"),
    use("count", "{story}", expects=r"\d"),
    use("convert", "{story}", "converted.txt", "--quotes", "de"),
    *(
        use("convert", "{story}", f"converted.{kind}")
        for kind in ("docx", "odt", "epub", "html", "pdf")
    ),
    *(use("convert", f"converted.{kind}", f"from {kind}.md") for kind in ("docx", "odt", "html")),
    use("spell", "{misspelled}", "--json", expects="recieve"),
    use("check", "{story}", "--json", expects=r"\["),
    use("voice", "{draft}", "--own", "{to_learn_from}", "--json", expects=r"chapters"),
    use("statement", "{draft}", expects=r"\d"),
    use("insights", "--csv", "figures.csv"),
    use("log stats"),
    use("log tail"),
    use("log replay", "--json"),
    use("log export", "--out", "log.jsonl"),
    use("log import", "log.jsonl"),
    use("log backup", "--to", "copy.sqlite3"),
    use("log verify"),
    use("packs list", "--json", expects=r'"packs": \[\]'),
    use("packs check", expects=r"\w"),
    # There is no network, and no pack beside the package.
    use("packs install", "no pack here", statuses=(2,)),
    use("packs use", "gpu-1", statuses=(2,)),
    use("packs back", statuses=(2,)),
    use("packs remove", "gpu-1", statuses=(2,)),
    use("packs off"),
    # Nobody is asked without a key; there is no network either.
    use("server status", "--json", expects=r'"verdict": "ok"'),
    use("server exam", expects=r"No server is in use"),
    use("server forget-key", expects=r"No server is chosen"),
    use("updates check", statuses=(0, 2)),
    use("updates download", statuses=(0, 2)),
    use("personalize", "--log", "--dry-run"),
)
IMPORTS = (
    use("models import", "{gguf}", "--no-exam"),
    use("models import", "{folder}", "--no-exam"),
)
WITH_THE_IMPORTED = (
    use("models use", "{imported_gguf}"),
    use("complete", "--text", "the ", "--json"),
    use("models use", "{imported_folder}"),
    use("complete", "--text", "the ", "--json", expects=r"candidates"),
    use("bench", "--text", "{story}"),
    use("simulate", "--text", "{story}", "--words", "5"),
)
WITH_AN_ADAPTER = (
    use("adapters import", "{adapter_file}"),
    use("adapters list", "--json", expects=r'"id"'),
    use("adapters show", "{adapter}", expects=r"\{"),
    use("adapters use", "{adapter}"),
    use("complete", "--text", "the ", "--json", expects=r"candidates"),
    use("adapters export", "{adapter}", "copy of the adapter.zip"),
    use("adapters rollback"),
    use("adapters remove", "{adapter}"),
    use(
        "personalize",
        "--text",
        "{to_learn_from}",
        "--json",
        "--set",
        *SMALL,
        expects=r'"status": "(kept|promoted)"',
    ),
)
AT_THE_END = (
    use("models use", STARTER),
    use("models remove", "{imported_gguf}"),
    use("models remove", "{imported_folder}"),
    use("log forget", "{draft}", "--yes"),
    use("log erase", "--yes"),
)  # fmt: skip

ROWS = (*WITH_THE_STARTER, *IMPORTS, *WITH_THE_IMPORTED, *WITH_AN_ADAPTER, *AT_THE_END)


class Names(dict[str, str]):
    """What stands for the words in braces."""


def tree(there: Surroundings, findings: Findings) -> list[str]:
    """Every command, by its help; each help is shown without a mistake."""
    top = _help(there)
    commands = re.findall(r"^  cowrite ([a-z][a-z-]*)  ", top, re.MULTILINE)
    if not commands:
        findings.problem(f"--help names no commands: {top[:300]}")
    found = []
    for command in commands:
        actions = _actions(_help(there, command))
        found += [f"{command} {action}" for action in actions] or [command]
        for action in actions:
            _help(there, command, action)
    return found


def _actions(text: str) -> list[str]:
    block = re.search(r"^  ACTION\n((?: {4,}.*\n)+)", text, re.MULTILINE)
    return re.findall(r"^    ([a-z][a-z-]*)\b", block[1], re.MULTILINE) if block else []


def _help(there: Surroundings, *command: str) -> str:
    done = there.program(*command, "--help", within_s=60)
    said = f"“{' '.join(command)} --help” ended with {done.returncode}: {done.stderr[-300:]}"
    assert done.returncode == 0, said
    assert "usage" in done.stdout, said
    return done.stdout


def every_command(there: Surroundings, findings: Findings) -> None:
    """All of it. The home must have a log and a saved draft, as the first day leaves them."""
    names = Names()
    known: list[str] = []
    with findings.step("the help of every command"):
        known = tree(there, findings)
    with findings.step("the help is there in Chinese"):
        help_in_chinese = there.program("--help", within_s=60, COWRITE_LANGUAGE="zh_CN").stdout
        assert "用法" in help_in_chinese, help_in_chinese[:300]
    with findings.step("models and texts to import are made"):
        names.update(_materials(there))
    tried: set[str] = set()
    for row in (*WITH_THE_STARTER, *IMPORTS):
        _try(row, there, names, findings, tried)
    with findings.step("the imported models are listed"):
        names.update(_imported(there))
    for row in WITH_THE_IMPORTED:
        _try(row, there, names, findings, tried)
    with findings.step("an adapter to import is made"):
        names.update(_adapter(there, names["imported_folder"]))
    for row in _with_adapter(there, names, findings):
        _try(row, there, names, findings, tried)
    for row in AT_THE_END:
        _try(row, there, names, findings, tried)
    for missing in sorted(set(known) - tried):
        findings.problem(f"“cowrite {missing}” has no use in packaging/smoke/commands.py")


def _with_adapter(there: Surroundings, names: Names, findings: Findings) -> Iterator[Use]:
    """The rows; after the first of them the adapter has an id here."""
    first, *rest = WITH_AN_ADAPTER
    yield first
    with findings.step("the imported adapter is listed"):
        listed = json.loads(there.program("adapters", "list", "--json").stdout)
        names["adapter"] = listed["adapters"][0]["id"]
    yield from rest


def _try(row: Use, there: Surroundings, names: Names, findings: Findings, tried: set[str]) -> None:
    tried.add(row.name)
    shown = " ".join([row.name, *row.rest])
    with findings.step(f"cowrite {shown[:70]}"):
        words = [*row.name.split(), *(word.format(**names) for word in row.rest)]
        before = there.refused_packets()
        done = there.program(*words, within_s=row.within_s)
        if row.name in MAY_ASK_THE_NETWORK:
            there.asked_for += there.refused_packets() - before
        check(row, done)


def check(row: Use, done: subprocess.CompletedProcess[str]) -> None:
    """Raise AssertionError if that is not what ``row`` says."""
    said = done.stdout + done.stderr
    shown = said if len(said) < 700 else f"{said[:350]} … {said[-350:]}"
    assert done.returncode in row.statuses, f"status {done.returncode}: {shown}"
    signs = [sign for sign in BAD_SIGNS if sign in said]
    assert not signs, f"{signs} in {shown}"
    assert re.search(row.expects, done.stdout), f"no {row.expects!r} in {shown}"
    assert done.returncode == 0 or said.strip(), "no sentence"


def _materials(there: Surroundings) -> dict[str, str]:
    """Files in the home, with a blank and other letters in their path."""
    folder = there.home / "inputs"
    folder.mkdir()
    made_up.make("models", folder)
    texts = {
        "story": STORY,
        "misspelled": "I will recieve the letter.\n",
        "task": "The old lighthouse\nThe old mountain\n",
        "to_learn_from": TO_LEARN_FROM.read_text("utf-8")[:LEARNING_CHARACTERS],
    }
    found = {"gguf": folder / made_up.GGUF, "folder": folder / made_up.FOLDER}
    for name, text in texts.items():
        found[name] = folder / f"{name}.txt"
        found[name].write_text(text, "utf-8")
    there.give(folder)
    drafts = list(there.home.rglob("draft.txt"))
    assert drafts, "there is no draft of the first day"
    return {name: str(path) for name, path in {**found, "draft": drafts[0]}.items()}


def _imported(there: Surroundings) -> dict[str, str]:
    listed = json.loads(there.program("models", "list", "--json").stdout)["models"]
    ids = [model["id"] for model in listed if model["installed"] and model["id"] != STARTER]
    by_kind = {("imported_folder" if "folder" in each else "imported_gguf"): each for each in ids}
    assert len(by_kind) == 2, f"installed: {ids}"
    return by_kind


def _adapter(there: Surroundings, model: str) -> dict[str, str]:
    target = there.home / "inputs" / made_up.ADAPTER
    made_up.make("adapter", there.data / MODELS, model, target)
    there.give(target.parent)
    return {"adapter_file": str(target)}
