"""A home in which every command has something to work with, made once and copied for every try."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from made_up_adapter import write_adapter
from made_up_model import gguf, write_wheel
from session_writer import SessionWriter, keep_sessions
from support.made_up_packs import make_pack

from cowrite.decisions.database.backups import make_backup
from cowrite.decisions.database.log_file import open_for_reading, open_for_writing
from cowrite.decisions.events import EventKind
from cowrite.documents.identity import document_id_for
from cowrite.models.inspection import file_record
from cowrite.models.store import DeviceChoice, Manifest, ModelStore, write_manifest
from cowrite.packs.store import PackStore
from cowrite.personalize.adapters.adapter_manifest import AdapterManifest, Base
from cowrite.personalize.adapters.adapter_zip import export_adapter
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.provenance.ranges import Origin, Ranges, Run
from cowrite.provenance.store import to_record
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore

MODEL = "tiny"
STORY = "The old lighthouse stood on the hill above the town. She had not been there since.\n" * 8
BEGAN_MS = 1_750_000_000_000


@dataclass(slots=True)
class Call:
    """How a command is called, beside its arguments.

    ``before_open`` is told the path and the flags of whatever is about to be opened, and may raise.
    """

    stdin: str = "/dev/null"  # “closed”, or a file
    stdout: str = ""  # “closed”, “no reader”, or a file; “” is gathered
    stderr: str = ""  # the same
    encoding: str = "utf-8"
    terminal: bool = False
    environ: dict[str, str | None] = field(default_factory=dict)
    before_open: Callable[[str, int], None] = lambda path, flags: None
    arguments: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Place:
    """Where one try happens; what belongs to the program is below ``home``, what belongs to the writer is not."""

    root: Path
    adapters: list[str] = field(default_factory=list)
    call: Call = field(default_factory=Call)

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def paths(self) -> Paths:
        return Paths.find(self.home)

    @property
    def work(self) -> Path:
        """The folder the command is run in."""
        return self.root / "work"

    def inputs(self, name: str) -> Path:
        return self.root / "inputs" / name

    def outputs(self, name: str) -> Path:
        return self.root / "outputs" / name


def make_home(place: Place, model: Path) -> None:
    """Fill the empty folder ``place.root``; ``model`` is a folder with a tiny model."""
    for folder in (place.work, place.root / "inputs", place.root / "outputs"):
        folder.mkdir(parents=True)
    place.paths.create()
    PreferencesStore(place.paths.settings_file).save(Preferences(model=MODEL, device="cpu"))
    _install(place.paths, model)
    _learn(place)
    _write_log(place)
    place.inputs("story.txt").write_text(STORY)
    place.inputs("model.gguf").write_bytes(gguf())
    write_wheel(place.inputs("toy.whl"))
    _have_packs(place)


def _have_packs(place: Place) -> None:
    """One that is installed and was switched off, and another in a folder."""
    installed = place.paths.data / "packs" / "gpu-1"
    make_pack(installed)
    store = PackStore.of(place.paths.data)
    store.use(installed.name)
    store.off()
    make_pack(place.inputs("pack"), version="2")


def _install(paths: Paths, model: Path) -> None:
    folder = paths.models_dir / MODEL
    shutil.copytree(model, folder)
    manifest = Manifest(
        id=MODEL,
        name="Tiny",
        licence="CC0",
        source="",
        parameters=200_000,
        files={path.name: file_record(path) for path in folder.iterdir()},
        quantization={"cpu": DeviceChoice(default="int8")},
    )
    write_manifest(folder, manifest)


def _learn(place: Place) -> None:
    """Two adapters, the second of them in use, and the file of a third."""
    installed = ModelStore(place.paths.models_dir).get(MODEL)
    base = Base(installed.id, installed.weights_sha256)
    registry = AdapterRegistry(place.paths.adapters_dir)
    made = write_adapter(place.root / "made")
    for day in (1, 2, 3):
        facts = AdapterManifest(
            id="",
            created_ms=BEGAN_MS + day * 86_400_000,
            base=base,
            quantization="int8",
            documents=("elsewhere",),
        )
        adapter = registry.add(made, facts)
        if day == 3:
            export_adapter(adapter, place.inputs("fresh.zip"))
            registry.remove(adapter.id)
            continue
        registry.use(adapter.id, base)
        place.adapters.append(adapter.id)
    shutil.rmtree(made)


def _write_log(place: Place) -> None:
    """Two sessions about the story, a backup, and a file of a session that is not in the log yet."""
    log, story = place.paths.decision_log, place.inputs("story.txt")
    sessions = []
    for number in (1, 2, 3):
        session = SessionWriter(
            f"session-{number}",
            BEGAN_MS + number * 3_600_000,
            file=str(story),
            document_id=document_id_for(story),
        )
        session.write("It was dark ")
        session.suggest("and cold")
        session.take("and")
        session.decide(EventKind.REJECTED)
        sessions.append(session)
    other = place.root / "other.sqlite3"
    keep_sessions(other, sessions[2])
    _export(other, place.inputs("sessions.jsonl"))
    other.unlink()
    keep_sessions(log, *sessions[:2])
    file = open_for_writing(log, lambda: BEGAN_MS, lambda _: None)
    known = Ranges([Run(len(STORY), Origin.TYPED)])
    assert file.append([to_record(document_id_for(story), STORY, known, {}, BEGAN_MS)]) == 0
    file.close()
    with open_for_reading(log) as connection:
        make_backup(connection, log, BEGAN_MS)


def _export(log: Path, target: Path) -> None:
    from cowrite.decisions.exchange.bundle import load
    from cowrite.decisions.exchange.jsonl import jsonl_lines

    target.write_text("".join(f"{line}\n" for line in jsonl_lines(load(log))))
