"""Writes ``home.zip`` and ``expected.json``: a home as the program before issue 19 left it, and what it said of it.

It runs against the commit that it is about, with that commit's own program and test helpers, never with today's::

    git worktree add OLD d554e79
    cd OLD; PYTHONPATH=$PWD:$PWD/tests:$PWD/tests/cli python THIS_FILE FOLDER_TO_WRITE_TO

The two files that are kept here were made so. What they hold is what users have on their disks: every preference
changed, a log with every kind of event, provenance and a backup, two open documents, one of them with unsaved text, the
note of an interrupted save, an installed model of random weights, two adapters of which one is in use, the outcome of
a training that the writer has not seen yet, and the writer's own show-gate. Texts of the writer's are not in the home:
their folder is named in ``expected.json``, and a test moves them (see ``moved_home.py``).
"""

# ruff: noqa: I001 - in the commit that it is about, these modules are the program's own
from __future__ import annotations

import contextlib
import io
import json
import platform
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from case_support import Editor, _Patience, open_editor
from command_home import _install
from made_up_adapter import TARGETS, tensor_name, write_adapter
from session_writer import SessionWriter
from tiny_model import make_tiny_model

from cowrite.__main__ import main
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.log import DecisionLog
from cowrite.decisions.reader import tail
from cowrite.documents import kept_bytes
from cowrite.documents.files import read_document
from cowrite.documents.session import Session, save_session
from cowrite.models.store import ModelStore
from cowrite.personalize.adapter_manifest import AdapterManifest, Base
from cowrite.personalize.outcome import Outcome, Place, write_outcome
from cowrite.personalize.registry import AdapterRegistry
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore
from cowrite.suggest.gate_features import FEATURE_NAMES
from cowrite.suggest.writer_gate import WriterGate

COMMIT = "d554e79"
ROOT = Path(tempfile.gettempdir()) / "cowrite-old-home"
HOME, TEXTS = ROOT / "home", ROOT / "texts"
MODEL = "tiny"
DAY_MS = 86_400_000
RECIPE = "1 ½ l Milch\n½ l Sahne\n"
RECIPE_ENCODING = "cp850"
FAR_AHEAD_MS = 4_102_444_800_000
PREFERENCES = Preferences(
    theme="sepia",
    font="mono",
    font_size_pt=17,
    column_characters=72,
    suggestions=False,
    eagerness=0.8,
    own_gate=False,
    max_words=7,
    length="sentence",
    tab_accepts="all",
    key_hints=False,
    reduced_motion=True,
    keep_log=False,
    keep_log_days=36_500,
    learn_at_night=True,
    save_power="never",
    excluded=(str(TEXTS / "private"),),
    own_texts=(str(TEXTS / "novel.txt"),),
    model=MODEL,
    device="cpu",
    quantization="bf16",
    snoozed_until_ms=FAR_AHEAD_MS,
    welcomed=True,
    tab_hints_used=3,
)


def install_model(paths: Paths) -> Base:
    """A model of random weights, as small as it can be."""
    made = make_tiny_model(
        ROOT / "made",
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
    )
    _install(paths, made)
    installed = ModelStore(paths.models_dir).get(MODEL)
    return Base(installed.id, installed.weights_sha256)


def add_adapters(paths: Paths, base: Base) -> list[str]:
    """Two, the second in use: so there is a way back to the first, and to none."""
    import numpy

    shapes = {
        "q_proj": (16, 16), "k_proj": (16, 8), "v_proj": (16, 8), "o_proj": (16, 16),
        "gate_proj": (16, 32), "up_proj": (16, 32), "down_proj": (32, 16),
    }  # fmt: skip
    registry, found = AdapterRegistry(paths.adapters_dir), []
    for seed in (1, 2):
        chance = numpy.random.default_rng(seed)
        tensors = {
            tensor_name(0, target, half): chance.normal(scale=2, size=size).astype(numpy.float32)
            for target in TARGETS
            for half, size in (("A", (2, shapes[target][0])), ("B", (shapes[target][1], 2)))
        }
        made = write_adapter(ROOT / f"adapter-{seed}", rank=2, tensors=tensors)
        facts = AdapterManifest(
            id="",
            created_ms=1_750_000_000_000 + seed * DAY_MS,
            base=base,
            quantization="bf16",
            documents=("novel",),
            first_ms=1_749_000_000_000,
            last_ms=1_749_900_000_000,
            scores={"perplexity": 20.5},
            previous=found[-1] if found else "",
        )
        found.append(registry.add(made, facts).id)
        registry.use(found[-1], base)
    return found


def write_gate(paths: Paths) -> None:
    """The show-gate of a writer who wants hardly anything."""
    count = len(FEATURE_NAMES)
    gate = WriterGate(
        means=(0.0,) * count,
        scales=(1.0,) * count,
        coefficients=(0.01,) * count,
        intercept=-9.0,
        examples=412,
    )
    paths.filter_file.write_text(gate.to_json(), "utf-8")


def write_with_program(paths: Paths) -> dict[str, object]:
    """Two documents written in the window, one of them left with unsaved text."""
    recipe, story = TEXTS / "recipe.txt", TEXTS / "story.txt"
    recipe.write_bytes(RECIPE.encode(RECIPE_ENCODING))
    assert read_document(recipe).text != RECIPE, "the encoding must have been chosen"
    save_session(paths.session_file, Session().with_encoding(recipe, RECIPE_ENCODING))
    PreferencesStore(paths.settings_file).save(
        Preferences(model=MODEL, reduced_motion=True, welcomed=True, max_words=12)
    )
    editor = open_editor(HOME, [recipe])
    editor.wait_until_ready()
    assert editor.text() == RECIPE
    for _ in range(4):
        editor.press("Right")
    editor.new()
    editor.suggest("The harbour was ", "quiet in the morning")
    editor.press("Tab")
    editor.suggest("and then ", "the gulls came")
    editor.press("Esc")
    editor.suggest("nobody ", "spoke")
    editor.press("Tab")
    editor.insert(". Žofie läuft 😀\n")
    assert editor.save_as(story)
    saved = editor.text()
    editor.type("Not saved yet.")
    for _ in range(4):
        editor.press("Left")
    text = editor.text()
    quit_and_wait(editor)
    return {
        "recipe.txt": {"text": RECIPE, "before_caret": RECIPE[:4], "saved": RECIPE},
        "story.txt": {"text": text, "before_caret": text[:-4], "saved": saved},
    }


def quit_and_wait(editor: Editor) -> None:
    """End the program with what is unsaved kept for the next start, once all is on the disk."""
    _Patience().wait(500)
    editor.quit()


def add_other_events(paths: Paths) -> None:
    """A session with every kind of event that the program has not written by itself."""
    story = TEXTS / "novel.txt"
    story.write_text("It was dark and cold.\n", "utf-8")
    made = SessionWriter("older-session", 1_749_500_000_000, file=str(story), document_id="novel")
    made.write("It was dark ")
    made.suggest("and cold")
    made.take("and")
    made.decide(EventKind.REJECTED)
    with contextlib.closing(sqlite_log(paths)) as log:
        for record in made.records:
            log.record(record)
        log.flush()
        there = {event.kind for event in tail(paths.decision_log, 10_000)}
        for number, kind in enumerate(each for each in EventKind if each not in there):
            log.record(
                Event(
                    kind=kind,
                    at_ms=1_749_600_000_000 + number,
                    session_id="older-session",
                    suggestion_id=f"older-{number}",
                    document_id="novel",
                    revision=number,
                    start=number,
                    end=number,
                    model=MODEL,
                    details={"text": "“é” 😀", "number": number},
                )
            )
        log.flush()


def sqlite_log(paths: Paths) -> DecisionLog:
    """The log, open for writing."""
    log = DecisionLog(paths.decision_log)
    log.start()
    return log


def interrupt_a_save(paths: Paths) -> None:
    """What is left of a program that was killed while it wrote into a file in place."""
    poem = TEXTS / "poem.txt"
    poem.write_text("Half of the n", "utf-8")
    paths.saves_dir.mkdir(mode=0o700, exist_ok=True)
    remove, kept_bytes._remove = kept_bytes._remove, lambda *_: None
    with kept_bytes.keeping(
        poem, b"The old poem.\n", b"Half of the new poem.\n", paths.saves_dir, only_private=True
    ):
        pass
    kept_bytes._remove = remove


def say(*arguments: str) -> str:
    """What a command prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = main(["--home", str(HOME), *arguments])
    assert not status, (arguments, status)
    return out.getvalue()


def write(target: Path) -> None:
    """Make everything in a fresh folder, and pack it."""
    platform.platform = lambda **_: "Linux"  # of whoever runs this nothing stays in the log
    shutil.rmtree(ROOT, ignore_errors=True)
    TEXTS.mkdir(parents=True)
    paths = Paths.find(HOME)
    paths.create()
    documents = write_with_program_and_model(paths)
    expected = {
        "commit": COMMIT,
        "texts": str(TEXTS),
        "home": str(HOME),
        **documents,
        "preferences": json.loads(paths.settings_file.read_text("utf-8")),
        "events": [json.loads(line) for line in say("log", "export").splitlines()],
        "stats": json.loads(say("log", "stats", "--json")),
        "verify": json.loads(say("log", "verify", "--json")),
        "adapters": json.loads(say("adapters", "list", "--json")),
        "models": json.loads(say("models", "list", "--json")),
        "insights": json.loads(say("insights", "--json")),
        "statement": json.loads(say("statement", str(TEXTS / "story.txt"), "--json")),
        "complete": {
            adapter: json.loads(
                say("complete", "--text", "The old", "--adapter", adapter, "--json")
            )
            for adapter in ("active", "base")
        },
    }
    left = HOME / "data" / "decisions.sqlite3-wal"
    assert not left.exists() or not left.read_bytes(), "all of the log is in its own file"
    (target / "expected.json").write_text(
        json.dumps(expected, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8"
    )
    with zipfile.ZipFile(target / "home.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in sorted(path for folder in (HOME, TEXTS) for path in folder.rglob("*")):
            if not path.name.endswith(("-wal", "-shm")):
                packed.write(path, path.relative_to(ROOT))
    shutil.rmtree(ROOT)


def write_with_program_and_model(paths: Paths) -> dict[str, object]:
    """All of the home; what is to be found in its documents."""
    base = install_model(paths)
    adapters = add_adapters(paths, base)
    documents = write_with_program(paths)
    add_other_events(paths)
    say("log", "backup")
    write_gate(paths)
    interrupt_a_save(paths)
    write_outcome(
        paths,
        Outcome(
            at_ms=1_750_300_000_000,
            status="promoted",
            reason="It is better for you.",
            adapter_id=adapters[-1],
            gain_pct=7.5,
            stranger_gain_pct=1.5,
            right=(Place("The harbour was", "quiet", "full"),),
            wrong=(Place("and then", "nobody", "the"),),
            tokens_per_s=120.0,
        ),
    )
    PreferencesStore(paths.settings_file).save(PREFERENCES)
    return {"documents": documents, "adapter_ids": adapters}


if __name__ == "__main__":
    write(Path(sys.argv[1]))
