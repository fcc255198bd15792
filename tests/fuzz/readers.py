"""Every place where the program reads what another program, or an accident, may have written.

Each :class:`Reader` has valid inputs, and ``read(folder, data)``, which reads ``data`` as the program would. It returns
whatever comes out, or raises one of ``refusals``: what its callers know how to tell a person.
"""

from __future__ import annotations

import gzip
import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cowrite.errors import UserError

T0 = 1_700_000_000_000


@dataclass(frozen=True)
class Reader:
    """See the module's docstring. ``refusals`` besides UserError."""

    name: str
    seeds: Callable[[], Sequence[bytes]]
    read: Callable[[Path, bytes], object]
    refusals: tuple[type[BaseException], ...] = ()


# --- sessions from files ---------------------------------------------------------------------------------------------


def _events() -> list[dict[str, Any]]:
    def event(kind: str, number: int, start: int, end: int, of: str = "", **details: Any) -> Any:
        return {
            "kind": kind, "at_ms": T0 + 1000 * number, "session_id": "s1", "suggestion_id": of, "document_id": "d1",
            "revision": number, "start": start, "end": end, "model": "m", "adapter": "", "details": details,
        }  # fmt: skip

    tokens = [[" again", -0.5], [" and", -1.5]]
    return [
        event("opened", 0, 0, 5, text="Hello", hash="x", length=5),
        event("edited", 1, 5, 11, origin="typed", inserted=" world", removed=0, keys=[[0, 3], [90, 3]]),
        event("requested", 2, 11, 11, "g1", trigger="typed", typing_interval_ms=120.5),
        event(
            "generated", 2, 11, 11, "g1", first_token_ms=8.5, total_ms=20.5, prompt_tokens=3,
            candidates=[{"text": " again and", "logprob": -1.5, "tokens": tokens}],
        ),
        event("shown", 3, 11, 11, "g1", text=" again and", candidate=0, candidates=1, confidence=0.5,
              ms_since_key=300.5, gate={"offered_words": 2.0, "variety": None}),
        event("turned", 3, 11, 11, "g1", text=" again", candidate=0),
        event("accepted_partial", 4, 11, 17, "g1", text=" again", characters=6, candidate=0, on_screen_ms=900.0),
        event("edited", 4, 11, 17, "g1", origin="accepted", inserted=" again", removed=0),
        event("rejected", 5, 17, 17, "g1", text=" and", taken=" again", typed="x", on_screen_ms=9.5),
        event("not_shown", 6, 17, 17, reason="low_confidence", confidence=0.1),
        event("kept", 9, 11, 17, "g1", when="30 s", state="edited", distance=1, kept=0.8, characters=6, now=" agin"),
        event("moved", 9, 3, 4),
        event("saved", 9, 0, 0, hash="x", length=17),
        event("closed", 10, 0, 0),
    ]  # fmt: skip


def _lines(*values: Any) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in values)


def own_sessions() -> list[bytes]:
    """What “log export --format jsonl” writes, plain and packed."""
    session = {"id": "s1", "started_ms": T0, "program_version": "0.1", "platform": "x"}
    document = {"id": "d1", "path": "/tmp/a.txt", "first_seen_ms": T0}
    plain = _lines(
        {"format": "cowrite-decisions", "schema": 3},
        {"session": session},
        {"document": document},
        *({"event": each} for each in _events()),
    )
    return [plain, gzip.compress(plain, mtime=0)]


def coauthor_sessions() -> list[bytes]:
    """Two of CoAuthor's formats."""
    settings = dict.fromkeys(
        ("currentN", "currentMaxToken", "currentTemperature", "currentTopP", "currentPresencePenalty",
         "currentFrequencyPenalty"), "1",
    )  # fmt: skip

    def line(name: str, number: int, **values: Any) -> dict[str, Any]:
        return {
            "eventName": name, "eventSource": "user", "eventTimestamp": T0 + number, "textDelta": "", "cursorRange": "",
            "currentDoc": "", "currentCursor": 2, "currentSuggestions": [], "currentSuggestionIndex": 0,
            "currentHoverIndex": "", **settings, "eventNum": number, **values,
        }  # fmt: skip

    offered = [{"index": 0, "original": "\na b", "trimmed": "a b", "probability": 5e-9}]
    delta = {"ops": [{"retain": 2}, {"insert": "a b"}, {"delete": 1}]}
    session = _lines(
        line("system-initialize", 0, currentDoc="On 😀\n"),
        line("text-insert", 1, textDelta=delta),
        line("cursor-select", 2, cursorRange={"index": 1, "length": 2}),
        line("suggestion-get", 3),
        line("suggestion-open", 4, currentSuggestions=offered),
        line("suggestion-hover", 5, currentHoverIndex=0),
        line("suggestion-select", 6),
        line("suggestion-close", 7),
        line("text-insert", 8, eventSource="api", textDelta=delta),
        line("suggestion-open", 9, currentSuggestions=offered),
    )
    decision = {
        "session": "a", "t_ms": T0, "latency_ms": 900, "suggestions": ["a b", "c"], "cursor": 3, "context": "On ",
        "after": "a bb c", "genre": "g", "writer": "w", "decision": "accept", "inserted": "a b c", "index": 0,
        "survived_verbatim": False,
    }  # fmt: skip
    return [session, _lines(decision, {**decision, "decision": "reject"})]


def read_sessions_and_use(folder: Path, data: bytes) -> object:
    """As “log import”, and then all that a log is asked for."""
    from cowrite.decisions.exchange.bundle import add
    from cowrite.decisions.exchange.files import read_sessions

    file, log = folder / "sent.jsonl", folder / "log.sqlite3"
    file.write_bytes(data)
    bundle = read_sessions(file)
    add(log, bundle)
    return use_log(log, folder)


# --- the log itself ---------------------------------------------------------------------------------------------------


def log_rows() -> list[bytes]:
    """The rows of a log, as JSON, one a line."""
    return [_lines(*_events())]


def read_log_rows(folder: Path, data: bytes) -> object:
    """A log whose rows were altered, as far as SQLite's own checks let them be."""
    path = _empty_log(folder)
    names = ("kind", "at_ms", "session_id", "suggestion_id", "document_id", "revision", "start", "end", "model",
             "adapter")  # fmt: skip
    with sqlite3.connect(path) as connection:
        for line in data.splitlines():
            try:
                row = json.loads(line)
                details = json.dumps(row["details"], allow_nan=False)
                values = [row[name] for name in names]
                connection.execute(
                    "INSERT INTO events VALUES (NULL, ?,?,?,?,?,?,?,?,?,?,?)", [*values, details]
                )
            except (ValueError, KeyError, TypeError, OverflowError, RecursionError, sqlite3.Error):
                continue  # no log can hold it
    connection.close()
    return use_log(path, folder)


_EMPTY_LOG: list[bytes] = []


def _empty_log(folder: Path) -> Path:
    """A log without a row: made once, for to make one takes longer than to read it."""
    path = folder / "log.sqlite3"
    if not _EMPTY_LOG:
        from cowrite.decisions.log import DecisionLog

        log = DecisionLog(path)
        log.start()
        log.flush()
        log.close()
        _EMPTY_LOG.append(path.read_bytes())
    path.write_bytes(_EMPTY_LOG[0])
    return path


def use_log(log: Path, folder: Path) -> object:
    """All that is asked of a log: lists, films, statistics, exports, examples, the writer's gate."""
    from cowrite.cli.insights import as_json, report
    from cowrite.cli.log.tail import _cells
    from cowrite.decisions.exchange.bundle import load
    from cowrite.decisions.exchange.coauthor_write import coauthor_lines
    from cowrite.decisions.exchange.jsonl import jsonl_lines
    from cowrite.decisions.exchange.table import table_lines
    from cowrite.decisions.exchange.without_text import with_masked_text, without_text
    from cowrite.decisions.reader import tail
    from cowrite.decisions.statistics import read_statistics
    from cowrite.personalize.decision_examples import examples_from_log as learned_from
    from cowrite.suggest.gate_examples import examples_from_log
    from cowrite.suggest.gate_fit import fit_gate
    from cowrite.suggest.past_sessions import load_playback, past_sessions

    events = tail(log, 1000)
    cells = [_cells(event, "a.txt") for event in events]
    with sqlite3.connect(log) as connection:  # statistics leave out what was imported
        connection.execute("UPDATE events SET session_id = 'own'")
        learned = learned_from(connection)
    connection.close()
    statistics = read_statistics(log, T0 + 10**9)
    words = [*report(statistics), json.dumps(as_json(statistics))]
    films = [load_playback(log, each.id) for each in past_sessions(log)]
    frames = [film.frame(number) for film in films for number in range(len(film))]
    bundle = load(log)
    written = [
        *table_lines(bundle),
        *jsonl_lines(without_text(bundle)),
        *map(json.dumps, coauthor_lines(bundle.events)),
        *map(json.dumps, coauthor_lines(with_masked_text(bundle).events)),
    ]
    back = folder / "back.jsonl"
    back.write_text("".join(f"{line}\n" for line in jsonl_lines(bundle)))
    gate = fit_gate(examples_from_log(events))
    return cells, words, frames, written, gate, learned


# --- adapters ---------------------------------------------------------------------------------------------------------


def _adapter_files() -> dict[str, bytes]:
    from made_up_adapter import write_adapter

    with TemporaryDirectory() as made:
        folder = write_adapter(
            Path(made) / "a", tensors=_small_tensors(), target_modules=["q_proj"]
        )
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def _small_tensors() -> Any:
    import numpy
    from made_up_adapter import tensor_name

    ones = numpy.ones((4, 8), dtype=numpy.float32)
    return {tensor_name(0, "q_proj", "A"): ones, tensor_name(0, "q_proj", "B"): ones.T.copy()}


def _manifest(files: dict[str, bytes]) -> bytes:
    records = {n: {"size": len(d), "sha256": sha256(d).hexdigest()} for n, d in files.items()}
    stored = {
        "format": 1, "id": "mine-1", "created_ms": T0, "base": {"model": "toy", "sha256": "0" * 64},
        "quantization": "int8",
        "documents": ["d1", "/tmp/a.txt"], "events": {"first_ms": 5, "last_ms": T0}, "settings": {"rank": 4},
        "scores": {"base": {"perplexity": 20.5}, "candidate": {"perplexity": 19.5}}, "files": records, "previous": "",
    }  # fmt: skip
    return json.dumps(stored).encode()


def adapter_zips() -> list[bytes]:
    """Exported adapters, stored and packed."""
    files = _adapter_files()
    return [
        _zipped(files, _manifest(files), how) for how in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    ]


def _zipped(files: dict[str, bytes], manifest: bytes, how: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in {"manifest.json": manifest, **files}.items():
            archive.writestr(zipfile.ZipInfo(name), content, how)
    return out.getvalue()


def read_adapter_zip(folder: Path, data: bytes) -> object:
    """As “adapters import” and then “adapters list”."""
    from cowrite.engine.adapter import read_adapter
    from cowrite.personalize.adapter_zip import import_adapter
    from cowrite.personalize.registry import AdapterRegistry

    file = folder / "a.zip"
    file.write_bytes(data)
    registry = AdapterRegistry(folder / "adapters")
    import_adapter(registry, file, lambda made, name: read_adapter(made, name) and None)
    return list_adapters(registry)


def adapter_manifests() -> list[bytes]:
    """One manifest."""
    return [_manifest(_adapter_files())]


def read_registry(folder: Path, data: bytes) -> object:
    """A registry with one good adapter and one whose manifest is ``data``: the good one stays in the list."""
    from cowrite.personalize.registry import AdapterRegistry

    registry = AdapterRegistry(folder / "adapters")
    files = _cached_adapter()
    for name, manifest in (("mine-1", _manifest(files)), ("mine-2", data)):
        place = registry.folder / name
        place.mkdir(parents=True)
        (place / "manifest.json").write_bytes(manifest)
        for each, content in files.items():
            (place / each).write_bytes(content)
    rows = list_adapters(registry)
    assert rows[0][0]["state"] == "not in use", "a damaged adapter hides a good one"
    return rows


def adapter_pointers() -> list[bytes]:
    """Which adapter is in use."""
    stored = {"format": 1, "models": {"toy": {"active": "mine-1", "history": ["", "mine-1"]}}}
    return [json.dumps(stored).encode()]


def read_pointers(folder: Path, data: bytes) -> object:
    """What is in use, and the way back."""
    from cowrite.personalize.adapter_manifest import Base
    from cowrite.personalize.registry import AdapterRegistry

    registry = AdapterRegistry(folder / "adapters")
    registry.folder.mkdir()
    (registry.folder / "active.json").write_bytes(data)
    base = Base("toy", "0" * 64)
    list_adapters(registry)
    return registry.history("toy"), registry.before(base)


def list_adapters(registry: Any) -> list[tuple[dict[str, Any], str]]:
    """What “adapters list” prints, and what the window shows."""
    from cowrite.cli.adapters import _as_text, _row
    from cowrite.editor.adapter_history import day_and_time, read_history

    rows = [_row(registry, each) for each in registry.ids()]
    for version in read_history(registry, "toy").versions:
        day_and_time(version.created_ms)
    return [(row, _as_text(row)) for row in rows]


_ADAPTER: dict[str, bytes] = {}


def _cached_adapter() -> dict[str, bytes]:
    if not _ADAPTER:
        _ADAPTER.update(_adapter_files())
    return _ADAPTER


def adapter_configs() -> list[bytes]:
    """One adapter_config.json."""
    return [_adapter_files()["adapter_config.json"]]


def read_adapter_config(folder: Path, data: bytes) -> object:
    """An adapter with these settings."""
    return _adapter_with(folder, "adapter_config.json", data)


def adapter_weights() -> list[bytes]:
    """One adapter_model.safetensors."""
    return [_adapter_files()["adapter_model.safetensors"]]


def read_adapter_weights(folder: Path, data: bytes) -> object:
    """An adapter with these weights."""
    return _adapter_with(folder, "adapter_model.safetensors", data)


def _adapter_with(folder: Path, name: str, data: bytes) -> object:
    from cowrite.engine.adapter import read_adapter

    for each, content in _cached_adapter().items():
        (folder / each).write_bytes(content)
    (folder / name).write_bytes(data)
    return read_adapter(folder)


# --- models -----------------------------------------------------------------------------------------------------------


def gguf_files() -> list[bytes]:
    """A small GGUF file."""
    from engine.test_gguf_header import write_gguf

    with TemporaryDirectory() as folder:
        return [write_gguf(Path(folder) / "a.gguf")]


def read_gguf(folder: Path, data: bytes) -> object:
    """The head of a GGUF file, as “models import” looks at it."""
    from cowrite.models.inspection import require_supported_gguf

    file = folder / "a.gguf"
    file.write_bytes(data)
    return require_supported_gguf(file)


def safetensors_files() -> list[bytes]:
    """A small safetensors file."""
    return adapter_weights()


def read_safetensors(folder: Path, data: bytes) -> object:
    """The head of a safetensors file."""
    from cowrite.models.safetensors_header import read_safetensors_header

    file = folder / "model.safetensors"
    file.write_bytes(data)
    return read_safetensors_header(file)


def model_configs() -> list[bytes]:
    """A config.json."""
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "intermediate_size": 128, "vocab_size": 300,
        "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "rope_scaling": None, "max_position_embeddings": 512,
        "tie_word_embeddings": True, "bos_token_id": 0, "eos_token_id": [0], "hidden_act": "silu",
    }  # fmt: skip
    return [json.dumps(config).encode()]


def read_model_config(folder: Path, data: bytes) -> object:
    """A model's folder with this config.json."""
    from cowrite.models.inspection import require_safe_model

    (folder / "config.json").write_bytes(data)
    (folder / "tokenizer.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(_cached_adapter()["adapter_model.safetensors"])
    return require_safe_model(folder)


def model_manifests() -> list[bytes]:
    """A manifest of an installed model."""
    from cowrite.models.inspection import FileRecord
    from cowrite.models.store import FORMAT, DeviceChoice, Manifest, Measured

    measured = (Measured(kind="int8", loss_increase_pct=0.5, tokens_per_s=50.5),)
    manifest = Manifest(
        id="toy-1", name="Toy", licence="Apache-2.0", source="here", parameters=10**6,
        files={"model.safetensors": FileRecord(size=5, sha256="0" * 64)},
        quantization={"cpu": DeviceChoice(default="int8", measured=measured)},
    )  # fmt: skip
    return [json.dumps({"format": FORMAT, **asdict(manifest)}).encode()]


def read_models(folder: Path, data: bytes) -> object:
    """“models list” beside a good model, and a check of this one."""
    from cowrite.cli.models import _as_json, _as_text, _Listed, _readable
    from cowrite.models.store import ModelStore

    store = ModelStore(folder / "models")
    good = model_manifests()[0].replace(b"toy-1", b"good")
    for name, manifest in (("toy-1", data), ("good", good)):
        (store.folder / name).mkdir(parents=True)
        (store.folder / name / "manifest.json").write_bytes(manifest)
    for model_id in store.ids():
        listed = _Listed(
            id=model_id, entry=None, model=_readable(store, model_id), is_there=True, chosen=False, wanted="auto"
        )  # fmt: skip
        assert listed.model or model_id != "good", "a damaged model hides a good one"
        _as_text(listed)
        json.dumps(_as_json(listed))
    return store.installed(), store.get("toy-1").quantizations()


def catalogues() -> list[bytes]:
    """The catalogue that comes with the program."""
    from cowrite.settings.resources import resource_path

    return [resource_path("models.json").read_bytes()]


def read_catalogue(folder: Path, data: bytes) -> object:
    """A catalogue; that it is not as it should be is a mistake of ours, which BugError says."""
    from cowrite.models.catalogue import load_catalogue

    file = folder / "models.json"
    file.write_bytes(data)
    return load_catalogue(file)


# --- the program's own files ------------------------------------------------------------------------------------------


def session_files() -> list[bytes]:
    """What was open."""
    from cowrite.documents.session import OpenDocument, Session

    one = OpenDocument(
        document_id="a" * 32, path="/tmp/a.txt", caret=3, scroll=7, geometry="AdnQyw=="
    )
    return [json.dumps(asdict(Session(documents=(one, one), recent=("/tmp/a.txt", "/b")))).encode()]


def read_session(folder: Path, data: bytes) -> object:
    """What was open; never an error, and what comes out can be stored."""
    from cowrite.documents.session import load_session, save_session

    file = folder / "session.json"
    file.write_bytes(data)
    session, said = load_session(file)
    save_session(file, session)
    assert load_session(file) == (session, ""), "what was kept of a session is not read again"
    return session, said


def identity_files() -> list[bytes]:
    """Which document is which."""
    return [
        json.dumps({"format": 1, "documents": {"a" * 32: "b" * 32, "c" * 32: "d" * 32}}).encode()
    ]


def read_identities(folder: Path, data: bytes) -> object:
    """Which document is which; never an error."""
    from cowrite.documents.identity import Identities

    file = folder / "identities.json"
    file.write_bytes(data)
    identities = Identities(file)
    identities.note(folder / "a.txt", "begun")
    return identities.of(folder / "a.txt")


def journal_files() -> list[bytes]:
    """Unsaved text."""
    from cowrite.documents.files import FileStamp
    from cowrite.documents.journal import Journal, JournalEntry

    with TemporaryDirectory() as folder:
        stamp = FileStamp(size=3, sha256="abc", mtime_ns=7)
        entry = JournalEntry(
            document_id="a",
            path="/tmp/a",
            text="Es war 你好\n",
            caret=2,
            saved_at_ms=T0,
            stamp=stamp,
        )
        for each in (entry, replace(entry, document_id="b", stamp=None)):
            Journal(Path(folder)).write(each)
        return [path.read_bytes() for path in sorted(Path(folder).iterdir())]


def read_journal(folder: Path, data: bytes) -> object:
    """A journal; with the hash of its header made right, or every change would be noticed there."""
    from cowrite.documents.journal import Journal

    for name, content in (("a", data), ("b", _with_right_hash(data))):
        (folder / f"{name}.journal").write_bytes(content)
    return Journal(folder).entries()


def _with_right_hash(data: bytes) -> bytes:
    _, _, rest = data.partition(b"\n")
    header = rest.partition(b"\n")[0]
    return sha256(header).hexdigest().encode() + b"\n" + rest


def settings_files() -> list[bytes]:
    """The preferences."""
    from cowrite.settings.preferences import Preferences

    return [json.dumps(asdict(Preferences(excluded=("/tmp",))) | {"newer": 1}).encode()]


def read_settings(folder: Path, data: bytes) -> object:
    """The preferences; never an error, and they can be stored again."""
    from cowrite.settings.store import PreferencesStore

    file = folder / "settings.json"
    file.write_bytes(data)
    store = PreferencesStore(file)
    loaded = store.load()
    store.save(loaded.preferences)
    assert PreferencesStore(file).load().preferences == loaded.preferences
    return loaded


def gate_files() -> list[bytes]:
    """What was learned of when the writer wants suggestions."""
    from cowrite.suggest.gate_features import FEATURE_NAMES
    from cowrite.suggest.writer_gate import WriterGate

    many = len(FEATURE_NAMES)
    gate = WriterGate(
        means=(0.5,) * many,
        scales=(1.5,) * many,
        coefficients=(0.1,) * many,
        intercept=0.5,
        examples=80,
    )
    return [gate.to_json().encode()]


def read_gate(folder: Path, data: bytes) -> object:
    """The gate; never an error."""
    from cowrite.suggest.gate_features import GateFeatures
    from cowrite.suggest.gate_keeper import GateKeeper

    file = folder / "gate.json"
    file.write_bytes(data)
    gate = GateKeeper(file, folder / "none").gate
    return None if gate is None else gate.probability(GateFeatures())


def outcome_files() -> list[bytes]:
    """What came of the last learning."""
    from cowrite.personalize.outcome import FORMAT, Outcome, Place

    place = Place("before", "word", "instead")
    outcome = Outcome(
        at_ms=T0, status="kept", reason="no", gain_pct=0.5, right=(place,), wrong=(place,)
    )
    return [json.dumps({"format": FORMAT, **asdict(outcome)}).encode()]


def read_outcome_file(folder: Path, data: bytes) -> object:
    """What came of the last learning, and what is new since; never an error."""
    from cowrite.personalize.news import read_news
    from cowrite.personalize.outcome import outcome_file, read_outcome
    from cowrite.settings.paths import Paths

    paths = Paths.find(folder)
    outcome_file(paths).parent.mkdir(parents=True)
    outcome_file(paths).write_bytes(data)
    return read_outcome(paths), read_news(paths)


def job_files() -> list[bytes]:
    """What a training process is to do."""
    from cowrite.personalize.job import TrainingJob

    job = TrainingJob(
        model_id="m", model_dir="/m", quantization="int8", work="/w", staging="/s", files=("/a",)
    )
    return [json.dumps(asdict(job)).encode()]


def read_job(folder: Path, data: bytes) -> object:
    """What a training process is to do."""
    from cowrite.personalize.job import TrainingJob

    file = folder / "job.json"
    file.write_bytes(data)
    return TrainingJob.read(file)


def child_lines() -> list[bytes]:
    """What child processes say, one line each."""
    from cowrite.models.progress import InstallPhase, InstallProgress
    from cowrite.personalize.learning_messages import Ending, LearningPreview, LearningResult
    from cowrite.personalize.progress import TrainingPhase, TrainingProgress

    return [
        InstallProgress(phase=InstallPhase.MEASURING, fraction=0.5).to_json().encode(),
        TrainingProgress(phase=TrainingPhase.TRAINING, step=3, train_loss=1.5).to_json().encode(),
        json.dumps({"result": LearningResult(status=Ending.KEPT, reason="no").to_json()}).encode(),
        json.dumps(
            LearningPreview(sentence="a", documents=("/a",), minutes=3.5).to_json()
        ).encode(),
        b'["/a.txt"]\n',
    ]


def read_child_lines(folder: Path, data: bytes) -> object:
    """Each of the readers gets each line; a line that is not theirs is None."""
    from cowrite.editor.single_instance import _parse
    from cowrite.models.progress import parse_progress as installing
    from cowrite.personalize.learning_messages import parse_preview, parse_result
    from cowrite.personalize.progress import parse_progress as training

    text = data.decode("utf-8", "replace")
    return installing(text), training(text), parse_result(text), parse_preview(text), _parse(data)


def provenance_rows() -> list[bytes]:
    """Where the characters of a text are from."""
    source = {
        "text": "abc", "pieces": [[0, 3]], "model": "m", "adapter": "", "accepted_ms": T0, "followed": True,
        "gave_way": "",
    }  # fmt: skip
    stored = {"format": 1, "runs": [[5, "typed"], [3, "model", "s1", 0]], "sources": {"s1": source}}
    return [json.dumps(stored).encode()]


def read_provenance(folder: Path, data: bytes) -> object:
    """The origin of a text that was changed meanwhile; what makes no sense is None."""
    import zlib

    from cowrite.provenance.store import known_text

    log = _empty_log(folder)
    with sqlite3.connect(log) as connection:
        connection.execute(
            "INSERT INTO provenance VALUES ('d', 'x', 1, ?, ?)",
            (zlib.compress(b"Helloabc"), zlib.compress(data)),
        )
    connection.close()
    return known_text(log, "d", "Helloab and more")


# --- texts ------------------------------------------------------------------------------------------------------------


def texts() -> list[bytes]:
    """Texts in several encodings."""
    text = "\ufeffZeile eins\r\nZwei – ‚drei‘ 你好 😀\n\u2028\u0085\tEnde"
    return [text.encode(each) for each in ("utf-8", "utf-16-le", "utf-16-be", "utf-32")] + [
        "Straße\r\n".encode("cp1252"), "Привет\n".encode("cp1251"), b"",
    ]  # fmt: skip


def read_text(folder: Path, data: bytes) -> object:
    """A text file, opened."""
    from cowrite.documents.files import read_document

    file = folder / "a.txt"
    file.write_bytes(data)
    return read_document(file)


READERS: tuple[Reader, ...] = (
    Reader("log import, own format", own_sessions, read_sessions_and_use),
    Reader("log import, CoAuthor", coauthor_sessions, read_sessions_and_use),
    Reader("rows of the log", log_rows, read_log_rows),
    Reader("adapter file (zip)", adapter_zips, read_adapter_zip),
    Reader("adapter manifest", adapter_manifests, read_registry),
    Reader("adapters in use", adapter_pointers, read_pointers),
    Reader("adapter_config.json", adapter_configs, read_adapter_config),
    Reader("adapter weights", adapter_weights, read_adapter_weights),
    Reader("GGUF head", gguf_files, read_gguf),
    Reader("safetensors head", safetensors_files, read_safetensors),
    Reader("config.json", model_configs, read_model_config),
    Reader("model manifest", model_manifests, read_models),
    Reader("catalogue", catalogues, read_catalogue),
    Reader("session", session_files, read_session),
    Reader("identities", identity_files, read_identities),
    Reader("journal", journal_files, read_journal),
    Reader("settings", settings_files, read_settings),
    Reader("writer's gate", gate_files, read_gate),
    Reader("outcome of learning", outcome_files, read_outcome_file),
    Reader("training job", job_files, read_job),
    Reader("lines of child processes", child_lines, read_child_lines),
    Reader("provenance", provenance_rows, read_provenance),
    Reader("text", texts, read_text),
)


def emptied(folder: Path) -> Path:
    """``folder``, with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def errors_of(reader: Reader) -> tuple[type[BaseException], ...]:
    """All that ``reader`` may raise."""
    from cowrite.errors import BugError

    return (UserError, *reader.refusals, *((BugError,) if reader.name == "catalogue" else ()))


def names() -> Iterator[str]:
    """The names of all readers."""
    return (each.name for each in READERS)
