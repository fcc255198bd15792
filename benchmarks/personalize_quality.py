#!/usr/bin/env python3
"""What learning from some texts does for others of the same author, beside the model as it is and a stranger's adapter.

Trains on ``--train`` in the real training process, then scores ``--test``, which training never sees, on the model as
it is served, with each adapter in the same run: perplexity, and bits per byte. ``--stranger`` names a text of somebody
else; an adapter is trained on it in the same way. ``--keys`` also writes some words of the test with suggestions, and
says how many keys each saves. ``--pieces`` scores the test in pieces that know nothing of each other, where what was
learned beforehand is worth more. ``--influence`` measures the own adapter at every position of the slider for how much
of the writer a suggestion takes; with ``--keys`` their own words of that text count too. Give the corpora yourself;
none are in the repository.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from _common import (
    ROOT,
    STARTER_MODEL,
    Report,
    Row,
    existing_file,
    existing_folder,
    file_to_write,
    home_with_model,
    make_parser,
)

sys.path.insert(0, str(ROOT))

from cowrite.engine.influence import Influence
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.personalize.training.job import TrainingJob
from cowrite.personalize.training.progress import TrainingPhase, parse_progress, training_command


class NothingLearned(Exception):
    """Training ended without an adapter; the text says why."""


def main() -> int:
    """Measure and print."""
    parser = make_parser(__doc__ or "")
    parser.add_argument("--train", type=existing_file, nargs="+", required=True, metavar="F")
    parser.add_argument("--test", type=existing_file, nargs="+", required=True, metavar="F")
    parser.add_argument("--stranger", type=existing_file, nargs="+", default=[], metavar="F")
    parser.add_argument(
        "--stranger-adapter", type=existing_folder, metavar="DIR", help="one that is there already"
    )
    parser.add_argument("--max-minutes", type=float, default=60.0, metavar="M")
    parser.add_argument("--set", nargs="+", default=[], metavar="KEY=VALUE", dest="changes")
    parser.add_argument(
        "--test-characters", type=int, default=0, metavar="N", help="score only so many (all)"
    )
    parser.add_argument("--keys", type=int, default=0, metavar="N", help="words to write (0)")
    parser.add_argument(
        "--pieces", type=int, default=0, metavar="N", help="score pieces of N tokens (whole texts)"
    )
    parser.add_argument(
        "--influence", action="store_true", help="measure every position of the slider"
    )
    parser.add_argument(
        "--keep", type=file_to_write, metavar="DIR", help="leave the adapters there"
    )
    options = parser.parse_args()
    missing = [
        path for path in (*options.train, *options.test, *options.stranger) if not path.is_file()
    ]
    if missing:
        print(f"{missing[0]} is not there; give the texts to measure on.", file=sys.stderr)
        return 2
    try:
        with home_with_model(options.models_dir) as home, tempfile.TemporaryDirectory() as folder:
            rows = measure(home, Path(folder), options)
    except NothingLearned as error:
        print(f"Nothing was learned: {error}", file=sys.stderr)
        return 1
    learned, tested = (
        ", ".join(path.name for path in texts) for texts in (options.train, options.test)
    )
    Report(title=f"Learned from {learned}, tested on {tested}", rows=rows).show(options.json)
    return 0


def measure(home: Path, folder: Path, options) -> list[Row]:
    """All rows."""
    tests = [shortened(path, options.test_characters, folder) for path in options.test]
    scored = tests
    if options.pieces:
        words = Vocabulary.load(home / "data" / "models" / STARTER_MODEL)
        scored = [
            piece for text in tests for piece in in_pieces(text, words, options.pieces, folder)
        ]
    adapters: dict[str, Path | None] = {"the model as it is": None}
    rows: list[Row] = []
    for name, texts in (("own", options.train), ("a stranger's", options.stranger)):
        if texts:
            adapter, done = train(home, folder / name.replace(" ", "-"), texts, options)
            adapters[name] = adapter
            if options.keep is not None:
                shutil.copytree(adapter, options.keep / texts[0].stem, dirs_exist_ok=True)
            rows += [
                (f"{name}: tokens seen", done["tokens"], ""),
                (f"{name}: minutes of training", round(done["seconds"] / 60, 1), ""),
                (f"{name}: tokens per second", round(done["tokens"] / done["seconds"], 1), ""),
            ]
    if options.stranger_adapter is not None:
        adapters["a stranger's"] = options.stranger_adapter
    before = 0.0
    for name, choice in choices_of(adapters, options.influence):
        found = run(home, "evaluate", "--text", *map(str, scored), *choice, "--json")
        before = before or found["perplexity"]
        change = 100 * (found["perplexity"] / before - 1)
        rows += [
            (f"{name}: perplexity", found["perplexity"], ""),
            (f"{name}: bits per byte", found["bits_per_byte"], ""),
            (f"{name}: perplexity against the model, %", round(change, 2), ""),
        ]
        if options.keys:
            words = ["--words", str(options.keys), "--start", "1000"]
            saved = run(home, "simulate", "--text", str(options.test[0]), *words, *choice, "--json")
            rows += [
                (f"{name}: keystrokes saved, %", saved["keystrokes_saved_pct"], ""),
                (f"{name}: net, %", saved["net_saved_pct"], ""),
            ]
    return rows


def choices_of(
    adapters: dict[str, Path | None], at_every_influence: bool
) -> list[tuple[str, list[str]]]:
    """What each row is called, and its options."""
    found = []
    for name, adapter in adapters.items():
        choice = ["--adapter", str(adapter) if adapter else "base"]
        found.append((name, choice))
        if at_every_influence and adapter is not None and name == "own":
            others = [each for each in Influence if each is not Influence.AS_TESTED]
            found += [
                (f"own, {each.value}", [*choice, "--influence", each.value]) for each in others
            ]
    return found


def shortened(path: Path, characters: int, folder: Path) -> Path:
    """The text itself, or a copy of its first ``characters``."""
    if not characters:
        return path
    short = folder / path.name
    short.write_text(path.read_text("utf-8")[:characters], "utf-8")
    return short


def in_pieces(path: Path, words: Vocabulary, tokens: int, folder: Path) -> list[Path]:
    """The text as files of so many tokens each, in ``folder``; half a character at an end is left out."""
    written = [words.bytes_of(token) for token in words.encode(path.read_text("utf-8"))]
    files = []
    for start in range(0, len(written), tokens):
        file = folder / f"{path.stem}-{start:07}.txt"
        piece = b"".join(written[start : start + tokens])
        file.write_text(piece.decode("utf-8", "ignore"), "utf-8")
        files.append(file)
    return files


def train(
    home: Path,
    folder: Path,
    texts: list[Path],
    options,
    log="",
    *,
    model_id: str = STARTER_MODEL,
    quantization: str = "int8",
    device: str = "cpu",
) -> tuple[Path, dict]:
    """The adapter, and what training noted of itself; ``log`` are decisions. Raises NothingLearned."""
    job = TrainingJob(
        model_id=model_id,
        model_dir=str(home / "data" / "models" / model_id),
        quantization=quantization,
        work=str(folder / "work"),
        staging=str(folder / "staging"),
        files=tuple(str(path.absolute()) for path in texts),
        log=str(log),
        imported=True,
        changes=(f"max_minutes={options.max_minutes:g}", *options.changes),
        device=device,
    )
    folder.mkdir(parents=True)
    job.write(folder / "job.json")
    environ = {**os.environ, "COWRITE_HOME": str(home)}
    command = training_command(folder / "job.json")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environ
    ) as child:
        last = None
        for line in child.stdout:
            last = parse_progress(line) or last
            if last is not None and last.steps and sys.stderr.isatty():
                print(f"\r{last.step} of {last.steps}", end="", file=sys.stderr)
    if last is None or last.phase is not TrainingPhase.DONE:
        raise NothingLearned(last.message if last else "the process ended")
    adapter = folder / "staging" / "adapter"
    return adapter, json.loads((adapter / "training.json").read_text("utf-8"))


def run(home: Path, *arguments: str) -> dict:
    """A command's JSON."""
    command = [sys.executable, "-m", "cowrite", "--home", str(home), *arguments]
    done = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
