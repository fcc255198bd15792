"""The starter model on a card: does it write what it writes on the processor, how soon, and does it learn there?"""

from __future__ import annotations

import re
import statistics
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import torch
from _card_shapes import WrittenDown, counted_waits
from _common import STARTER_MODEL, copy_models, run_cowrite
from personalize_quality import NothingLearned, run, train

from cowrite.engine.decoding.completer import Completer
from cowrite.engine.loading.load import load_model
from cowrite.engine.messages import CompletionRequest
from cowrite.engine.networks.quantize import Quantization

KIND = Quantization.BF16
PLACES, WORDS_APART = 30, 5
CONTEXT_CHARACTERS = 4_000
# Enough for a text of some pages; the defaults ask for a writer's year.
FEW_WORDS = ("least_train_tokens=1000", "least_gate_tokens=500")


def measure_starter(
    home: Path, source: Path, text: Path, device: torch.device, minutes: float, note: WrittenDown
) -> None:
    """Write down every figure as it comes. ``source`` is the model's GGUF or a folder of models."""
    started = time.perf_counter()
    model = _made_ready(home, source)
    note(("starter model, seconds to make it ready", time.perf_counter() - started, ""))
    _same_text(model, text, device, note)
    try:
        _learning(home, model.name, text, device, minutes, note)
    except (NothingLearned, subprocess.CalledProcessError) as error:
        note(("starter model, learning", f"failed: {error}", "better"))


def _made_ready(home: Path, source: Path) -> Path:
    """The model's folder in ``home``."""
    models = home / "data" / "models"
    if source.is_dir():
        models.parent.mkdir(parents=True)
        copy_models(source, models)
        model = models / STARTER_MODEL
    else:
        run_cowrite(home, "models", "import", str(source))
        (model,) = (path.parent for path in models.glob("*/manifest.json"))
    run_cowrite(home, "models", "use", model.name, "--quantization", KIND.value)
    return model


def _same_text(folder: Path, text: Path, device: torch.device, note: WrittenDown) -> None:
    """Ghosts at places of ``text`` on the device and on the processor, each with a model held in bf16."""
    written = text.read_text("utf-8")
    ends = [match.end() for match in re.finditer(r"\S+\s", written)]
    first = next(i for i, end in enumerate(ends) if end > min(CONTEXT_CHARACTERS, len(written) / 2))
    # Places follow each other as a writer goes, a few words apart: what was read is known at the next.
    places = ends[first : first + PLACES * WORDS_APART : WORDS_APART]
    begin = max(0, places[0] - CONTEXT_CHARACTERS)
    answers = {}
    for where in (device, torch.device("cpu")):
        completer = Completer(load_model(folder, where, KIND), model_id=STARTER_MODEL)
        for _ in completer.model.network.optimizations():
            pass
        answers[where.type, len(answers)] = [
            completer.complete(CompletionRequest(before=written[begin:end])) for end in places
        ]
        if where.type == "cuda":
            note(("starter model, waits for the card per ghost", _waits(completer, written), ""))
    here, there = answers.values()
    texts = [[answer.candidates[0].text for answer in each] for each in (here, there)]
    same = sum(mine == theirs for mine, theirs in zip(*texts, strict=True))
    note(("starter model, ghosts as on the processor", f"{same} of {len(places)}", "all"))
    for name, values in (
        ("a ghost of up to 3 words, ms", [each.timings.total for each in here[1:]]),
        ("its first token, ms", [each.timings.first_token for each in here[1:]]),
    ):
        note((f"starter model, {name}", statistics.median(values), ""))


def _waits(completer: Completer, written: str) -> int:
    end = min(len(written), CONTEXT_CHARACTERS)
    with counted_waits() as waits:
        completer.complete(CompletionRequest(before=written[:end]))
    return len(waits)


def _learning(
    home: Path, model_id: str, text: Path, device: torch.device, minutes: float, note: WrittenDown
) -> None:
    """The real training process on nine tenths of the text, judged on the tenth that it never sees."""
    written = text.read_text("utf-8")
    cut = len(written) * 9 // 10
    folder = home / "learned-from"
    folder.mkdir()
    known, held_out = folder / "known.txt", folder / "held-out.txt"
    known.write_text(written[:cut], "utf-8")
    held_out.write_text(written[cut:], "utf-8")
    adapter, done = train(
        home,
        folder / "own",
        [known],
        SimpleNamespace(max_minutes=minutes, changes=FEW_WORDS),
        model_id=model_id,
        quantization=KIND.value,
        device=device.type,
    )
    note(("starter model, tokens learned from per second", done["tokens"] / done["seconds"], ""))
    scoring = ("evaluate", "--text", str(held_out), "--device", device.type, "--json")
    before, after = (
        run(home, *scoring, "--adapter", choice)["perplexity"] for choice in ("base", str(adapter))
    )
    change = 100 * (after / before - 1)
    note(("starter model, perplexity of the rest after learning, %", change, "< 0"))
