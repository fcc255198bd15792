"""What the program keeps for itself, what its processes say to each other, and texts."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from fuzz.log_readers import empty_log
from fuzz.reader import T0


def session_files() -> list[bytes]:
    """What was open."""
    from cowrite.documents.session import OpenDocument, Session, SplitPlace

    one = OpenDocument(
        document_id="a" * 32,
        path="/tmp/a.txt",
        caret=3,
        scroll=7,
        geometry="AdnQyw==",
        other=SplitPlace(split="side_by_side", caret=5, scroll=9),
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


def spelling_files() -> list[bytes]:
    """Languages and words of documents."""
    chosen = {"language": "en_GB", "words": ["Kvothe", "naïve"]}
    return [json.dumps({"format": 1, "documents": {"a" * 32: chosen}}).encode()]


def read_spelling(folder: Path, data: bytes) -> object:
    """Languages and words of documents; never an error."""
    from cowrite.spelling.document_choices import DocumentChoices

    file = folder / "spelling.json"
    file.write_bytes(data)
    choices = DocumentChoices(file, lambda write: write())
    choices.know(choices.read())
    return choices.of("a" * 32)


def check_files() -> list[bytes]:
    """What was dismissed in the check of documents."""
    return [json.dumps({"format": 1, "documents": {"a" * 32: ["0" * 16, "f" * 16]}}).encode()]


def read_check(folder: Path, data: bytes) -> object:
    """What was dismissed in the check of documents; never an error."""
    from cowrite.check.dismissals import Dismissals

    file = folder / "check.json"
    file.write_bytes(data)
    dismissals = Dismissals(file, lambda write: write())
    dismissals.know(dismissals.read())
    return sorted(dismissals.of("a" * 32))


def word_lists() -> list[bytes]:
    """The writer's own words."""
    return ["# mine\nKvothe\nnaïve # a remark\nWeißkirch’s\n".encode()]


def read_word_list(folder: Path, data: bytes) -> object:
    """The writer's own words; none where they cannot be read."""
    from cowrite.spelling.word_lists import own_words

    file = folder / "words.txt"
    file.write_bytes(data)
    return own_words(file)


def undo_files() -> list[bytes]:
    """Undo steps of an earlier session, before they are compressed."""
    steps = [[[0, "A", "a", [[1, "typed"]]]]]
    digest = hashlib.sha256(b"a text").hexdigest()
    return [json.dumps({"format": 1, "sha256": digest, "steps": steps}).encode()]


def read_undo(folder: Path, data: bytes) -> object:
    """Undo steps; never an error."""
    from cowrite.documents.versions.undo_steps import UndoStore

    (folder / "d.undo").write_bytes(zlib.compress(data))
    return UndoStore(folder).read("d", "a text")


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


def note_files() -> list[bytes]:
    """What says where the old bytes of a file are that is being written into."""
    from cowrite.documents.kept_bytes import MAGIC, VERSION

    note = {
        "magic": MAGIC,
        "version": VERSION,
        "file": "/tmp/none/a.txt",
        "kept": "/tmp/none/0.old",
    }
    return [
        json.dumps(note | {"sha256": "0" * 64, "new_sha256": "1" * 64, "begun_ms": T0}).encode()
    ]


def read_notes(folder: Path, data: bytes) -> object:
    """Interrupted saves; a damaged note is said, and is no error."""
    from cowrite.documents.kept_bytes import interrupted_saves

    (folder / "note.json").write_bytes(data)
    return interrupted_saves(folder)


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
    from cowrite.suggest.filter.features import FEATURE_NAMES
    from cowrite.suggest.filter.writer_filter import WriterFilter

    many = len(FEATURE_NAMES)
    gate = WriterFilter(
        means=(0.5,) * many,
        scales=(1.5,) * many,
        coefficients=(0.1,) * many,
        intercept=0.5,
        examples=80,
    )
    return [gate.to_json().encode()]


def read_gate(folder: Path, data: bytes) -> object:
    """The gate; never an error."""
    from cowrite.app.filter_store import FilterStore
    from cowrite.suggest.filter.features import FilterFeatures

    file = folder / "gate.json"
    file.write_bytes(data)
    gate = FilterStore(file, folder / "none").own_filter
    return None if gate is None else gate.probability(FilterFeatures())


def outcome_files() -> list[bytes]:
    """What came of the last learning."""
    from cowrite.personalize.adapters.outcome import FORMAT, ExamplePrediction, Outcome

    place = ExamplePrediction("before", "word", "instead")
    outcome = Outcome(
        at_ms=T0, status="kept", reason="no", gain_pct=0.5, right=(place,), wrong=(place,)
    )
    return [json.dumps({"format": FORMAT, **asdict(outcome)}).encode()]


def read_outcome_file(folder: Path, data: bytes) -> object:
    """What came of the last learning, and what is new since; never an error."""
    from cowrite.personalize.adapters.outcome import outcome_file, read_outcome
    from cowrite.personalize.schedule.new_data import read_new_data
    from cowrite.settings.paths import Paths

    paths = Paths.find(folder)
    outcome_file(paths).parent.mkdir(parents=True)
    outcome_file(paths).write_bytes(data)
    return read_outcome(paths), read_new_data(paths)


def job_files() -> list[bytes]:
    """What a training process is to do."""
    from cowrite.personalize.training.job import TrainingJob

    job = TrainingJob(
        model_id="m", model_dir="/m", quantization="int8", work="/w", staging="/s", files=("/a",)
    )
    return [json.dumps(asdict(job)).encode()]


def read_job(folder: Path, data: bytes) -> object:
    """What a training process is to do."""
    from cowrite.personalize.training.job import TrainingJob

    file = folder / "job.json"
    file.write_bytes(data)
    return TrainingJob.read(file)


def child_lines() -> list[bytes]:
    """What child processes say, one line each."""
    from cowrite.models.progress import InstallPhase, InstallProgress
    from cowrite.personalize.learning_messages import Ending, LearningPreview, LearningResult
    from cowrite.personalize.training.progress import TrainingPhase, TrainingProgress

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
    from cowrite.app.single_instance import _parse
    from cowrite.models.progress import parse_progress as installing
    from cowrite.personalize.learning_messages import parse_preview, parse_result
    from cowrite.personalize.training.progress import parse_progress as training

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

    log = empty_log(folder)
    with sqlite3.connect(log) as connection:
        connection.execute(
            "INSERT INTO provenance VALUES ('d', 'x', 1, ?, ?)",
            (zlib.compress(b"Helloabc"), zlib.compress(data)),
        )
    connection.close()
    return known_text(log, "d", "Helloab and more")


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


def task_files() -> list[bytes]:
    """What the model is asked to do."""
    return [
        json.dumps(each).encode()
        for each in (
            {"before": "It was", "after": " cold.", "max_words": 3, "seed": 7, "temperature": 0.5},
            {
                "user": "Do it.",
                "system": "Be kind.",
                "stop": ["\n"],
                "allowed": ["a"],
                "banned": ["b"],
            },
            {"variants": ["a", "b"], "before": "c", "after": "d"},
        )
    ] + [b"The text, with [...] in it.\nAnother line."]


def read_task_file(folder: Path, data: bytes) -> object:
    """The file as each task would be read from it, and what can be done with it; refused if it is none of them."""
    from cowrite.base.errors import UserError
    from cowrite.tasks.task_file import TASKS, is_json, task_from_json, task_from_text

    found, refused = [], UserError("")
    for name in TASKS:
        try:
            if is_json(data):
                found.append(task_from_json(name, data))
            else:
                found.append(task_from_text(name, data.decode("utf-8", "replace")))
        except UserError as error:
            refused = error
    if not found:
        raise refused
    return found
