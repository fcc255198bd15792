"""Names with terminal codes, line breaks and turned letters in everything that a command reads: none is printed raw."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from fuzz.model_readers import model_manifests
from made_up_adapter import write_adapter

from cowrite.__main__ import main
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.writing.log import DecisionLog
from cowrite.personalize.adapters.adapter_manifest import AdapterManifest, Base
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.settings.paths import Paths

EVIL = "e\x1b]0;x\x07\x1b[31m\nZZ\u202ei\u2028l\x9b1m"
T0 = 1_700_000_000_000


@pytest.fixture
def hostile(paths: Paths, tmp_path: Path) -> Path:
    """Everything at ``paths`` is called EVIL; the file of that name, too, which is returned."""
    model = paths.models_dir / "toy-1"
    model.mkdir(parents=True)
    manifest = json.loads(model_manifests()[0]) | {"name": EVIL, "licence": EVIL, "source": EVIL}
    (model / "manifest.json").write_text(json.dumps(manifest))
    (model / EVIL.replace("/", "")).write_text("")
    AdapterRegistry(paths.adapters_dir).add(
        write_adapter(tmp_path / "made"),
        AdapterManifest(id="", created_ms=T0, base=Base(EVIL, "0" * 64), quantization=EVIL),
    )
    _write_log(paths)
    paths.config.mkdir(parents=True, exist_ok=True)
    paths.settings_file.write_text(json.dumps({"model": EVIL, "excluded": [EVIL]}))
    file = tmp_path / EVIL
    file.write_text("Hello")
    return file


def _write_log(paths: Paths) -> None:
    log = DecisionLog(paths.decision_log)
    log.start()
    log.begin_session(EVIL)
    log.register_document("d", f"/tmp/{EVIL}")
    for number, (kind, details) in enumerate(
        [
            (EventKind.OPENED, {"text": EVIL, "hash": EVIL}),
            (EventKind.NOT_SHOWN, {"reason": EVIL}),
            (EventKind.SHOWN, {"text": EVIL}),
            (EventKind.REJECTED, {"text": EVIL, "typed": EVIL}),
        ]
    ):
        log.record(
            Event(
                kind=kind,
                at_ms=T0 + number,
                session_id=EVIL,
                suggestion_id="g",
                document_id="d",
                revision=number,
                start=0,
                end=0,
                model=EVIL,
                adapter=EVIL,
                details=dict(details),
            )
        )
    log.flush()
    log.close()
    with sqlite3.connect(paths.decision_log) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (4,)
    connection.close()


COMMANDS: list[Sequence[str]] = [
    ["models", "list"],
    ["models", "list", "--json"],
    ["models", "verify"],
    ["models", "verify", "toy-1"],
    ["models", "use", EVIL],
    ["models", "remove", EVIL],
    ["models", "install", EVIL],
    ["models", "import", "FILE"],
    ["adapters", "list"],
    ["adapters", "list", "--json"],
    ["adapters", "show", EVIL],
    ["adapters", "use", EVIL],
    ["adapters", "remove", EVIL],
    ["adapters", "rollback"],
    ["adapters", "import", "FILE"],
    ["adapters", "export", EVIL, "FILE"],
    ["log", "stats"],
    ["log", "tail", "--all"],
    ["log", "tail", "--json"],
    ["log", "verify"],
    ["log", "replay", "--list"],
    ["log", "replay"],
    ["log", "replay", "--json"],
    ["log", "replay", EVIL],
    ["log", "export"],
    ["log", "export", "--format", "coauthor"],
    ["log", "export", "--session", EVIL + "x"],
    ["log", "export", "--document", EVIL],
    ["log", "export", "--since", EVIL],
    ["log", "import", "FILE"],
    ["log", "backup", "--to", "FILE"],
    ["log", "forget", "--session", EVIL + "x", "--yes"],
    ["insights"],
    ["insights", "--json"],
    ["statement", "FILE"],
    ["complete", "FILE"],
    ["evaluate", "FILE"],
    ["bench", "--model", EVIL],
    ["personalize", "--dry-run", "--text", "FILE"],
    ["personalize", "--set", EVIL],
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: " ".join(each).encode().hex()[:24])
@pytest.mark.expects_warnings
def test_no_command_prints_a_name_that_a_terminal_obeys(
    command: Sequence[str], hostile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(hostile) if each == "FILE" else each for each in command]
    try:
        status: object = main(arguments)
    except SystemExit as end:  # what argparse does not know
        status = end.code
    printed = capsys.readouterr()
    assert status in (0, 2), printed.err
    for text in (printed.out, printed.err):
        assert "\x1b" not in text
        assert not set(text) & {"\x07", "\u202e", "\u2028", "\x9b", "\r"}
        assert "\nZZ" not in text, "a name forged a line of its own"
