"""Makes the adapter for the tasks on a passage: ``joint_adapter.py MODEL OUT --text FILE [--text FILE ...]``.

MODEL is the folder of the starter model as it was installed, OUT the folder that is made. What is trained on is the
files named, and nothing is fetched: plain text, paragraphs with blank lines between them. ``--held`` are texts to look
at and not to train on. Which texts were tried, and that what came of it is not shipped, ``docs/experiments.md`` says.
The same texts, settings and seed make the same adapter, where the time suffices; the report in OUT says what was used.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from cowrite.base.errors import UserError
from cowrite.engine.loading.model_config import read_model_config
from cowrite.engine.networks.layer_plan import LayerPlan
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.offline import forbid_downloads
from cowrite.engine.tokens.prompt_tokens import prompt_tokens
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.personalize.data.packing import evenly
from cowrite.personalize.joint.examples import Examples
from cowrite.personalize.joint.joint_trainer import JointData, JointRun, JointTrainer
from cowrite.personalize.joint.losses import beginning_likeliest
from cowrite.personalize.joint.noise import Noise
from cowrite.personalize.joint.sentences import Sentence, sentences_of
from cowrite.personalize.joint.settings import JOINT_KNOBS, JointSettings, with_joint_changes
from cowrite.personalize.networks.freed_memory import keep_freed_memory
from cowrite.personalize.networks.model import TrainableDecoder
from cowrite.personalize.networks.trainable import LoraShape
from cowrite.personalize.training.adapter_file import write_adapter
from cowrite.tasks.prompts import ModelPrompts

# Of what is held back so much is looked at: enough to see a percent of the pairs, and a look is to take a minute.
HELD_SENTENCES, HELD_TEXT_TOKENS, HELD_GAPS = 80, 1500, 6
HELD_SEED = 1
GAP_TOKENS = 512
MODEL_ID = "smollm2-135m-instruct"
STATUS_USER_ERROR = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Train and write. Exit status 2 with a sentence for what is wrong with the arguments."""
    options = _parser().parse_args(argv)
    try:
        settings = with_joint_changes(JointSettings(), options.set)
        run = make(options, settings)
    except UserError as error:
        print(f"{error.message} {error.advice}".strip(), file=sys.stderr)
        return STATUS_USER_ERROR
    print(json.dumps(run.to_json()))
    return 0


def make(options: argparse.Namespace, settings: JointSettings) -> JointRun:
    """Train the adapter and write it to OUT. Raises UserError."""
    forbid_downloads()
    keep_freed_memory()
    torch.set_num_threads(settings.threads)
    model = load(options.model, settings)
    data = read_data(options, settings, model)
    run = JointTrainer(
        model, data, settings, device=torch.device("cpu"), tell=lambda line: print(line, flush=True)
    ).run()
    layers = LayerPlan.from_config(read_model_config(options.model))
    write_adapter(
        options.out,
        {name: factor.to(torch.bfloat16) for name, factor in run.factors.items()},
        shape_of(settings),
        base=MODEL_ID,
        layers=layers.layers if layers else 0,
        training={
            "settings": settings.to_json(),
            "texts": [describe(path) for path in options.text],
            **run.to_json(),
        },
    )
    return run


def load(folder: Path, settings: JointSettings) -> TrainableDecoder:
    """The model as it is served, with a fresh adapter. Raises UserError for a model of an unknown family."""
    device = torch.device("cpu")
    model = TrainableDecoder.load(folder, Quantization.INT8, device, shape_of(settings))
    if model is None:
        raise UserError("This model cannot be trained here.", "Use the starter model.")
    return model


def shape_of(settings: JointSettings) -> LoraShape:
    """The adapter's shape."""
    return LoraShape(
        rank=settings.rank,
        alpha=settings.alpha,
        dropout=settings.dropout,
        targets=settings.target_modules,
        frozen_layers=settings.frozen_layers,
    )


def read_data(
    options: argparse.Namespace, settings: JointSettings, model: TrainableDecoder
) -> JointData:
    """Everything that is trained on and looked at. Raises UserError for a file that cannot be read."""
    vocabulary = Vocabulary.load(options.model)
    prompts = ModelPrompts.of(options.model, vocabulary)
    page = vocabulary.id_of("<|endoftext|>")
    start = list(vocabulary.beginning) or ([] if page is None else [page])
    noise = Noise(inflections)
    examples = Examples(vocabulary, start, noise, settings.seed)
    end = vocabulary.id_of("<|im_end|>")

    def fill_in(before: str, after: str) -> list[int]:
        found = prompts.fill_in(before, after, GAP_TOKENS)
        return prompt_tokens(vocabulary, found.prompt) if found else []

    texts = [read(path) for path in options.text]
    sentences = balanced([list(sentences_of(text)) for text in texts], settings.seed)
    held_texts = [read(path) for path in options.held]
    held = balanced([list(sentences_of(text)) for text in held_texts], HELD_SEED)[:HELD_SENTENCES]
    looking = Examples(vocabulary, start, noise, HELD_SEED)
    return JointData(
        sentences=len(sentences),
        repair=lambda number: examples.repair(sentences[number], number, settings.damaged),
        texts=[piece for text in texts for piece in examples.texts(text)],
        gap=lambda number: examples.gap(sentences[number], number, fill_in, end),
        held_repair=[
            hard
            for number, sentence in enumerate(held)
            if (each := looking.repair(sentence, number, settings.damaged)) is not None
            for hard in beginning_likeliest(model, [each], torch.device("cpu"), settings.negatives)
        ],
        held_texts=[
            piece
            for text in held_texts
            for piece in evenly(looking.texts(text), HELD_TEXT_TOKENS // len(held_texts))
        ],
        held_gaps=[
            each
            for number, sentence in enumerate(held[:HELD_GAPS])
            if (each := looking.gap(sentence, number, fill_in, end)) is not None
        ],
    )


def balanced(by_text: Sequence[list[Sentence]], seed: int) -> list[Sentence]:
    """Sentences of all texts in turn, each text's in an order of its own: none of them is most of what is read."""
    orders = []
    for number, sentences in enumerate(by_text):
        order = list(sentences)
        random.Random(f"{seed}/{number}").shuffle(order)
        orders.append(order)
    longest = max(map(len, orders), default=0)
    return [order[at] for at in range(longest) for order in orders if at < len(order)]


def inflections(word: str) -> list[str]:
    """Other forms of ``word``, as a verb, a noun and an adjective, by lemminflect."""
    import lemminflect

    forms = {
        form
        for lemmas in lemminflect.getAllLemmas(word).values()
        for lemma in lemmas
        for spelled in lemminflect.getAllInflections(lemma).values()
        for form in spelled
        if form.islower() and form.isalpha()
    }
    return sorted(forms) if word in forms else []


def read(path: Path) -> str:
    """A text. Raises UserError."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read.", "Name a text file in UTF-8.") from error


def describe(path: Path) -> dict[str, str]:
    """Which text it was."""
    return {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def _parser() -> argparse.ArgumentParser:
    knobs = "; ".join(f"{name}: {what}" for name, (_, _, what) in JOINT_KNOBS.items())
    parser = argparse.ArgumentParser(description=__doc__, epilog=f"Settings: {knobs}.")
    parser.add_argument("model", type=Path, metavar="MODEL")
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--text", type=Path, action="append", required=True, metavar="FILE")
    parser.add_argument("--held", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
