"""The training process: reads its job, trains, writes the adapter, and says on standard output how far it is.

It takes “pause”, “resume” and “stop” as lines on standard input, and a SIGTERM as “stop”. It neither judges the adapter
nor puts it to use. Killed at any moment it leaves the model, the adapters and the log as they were, and the next
process with the same job goes on from the last checkpoint.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from cowrite.base.errors import UserError
from cowrite.base.words import without_endless_words
from cowrite.decisions.database.log_file import NoLogError, open_for_reading
from cowrite.engine.offline import forbid_downloads
from cowrite.engine.process_priority import LEARNING_NICENESS, give_way, sleep_while_waiting
from cowrite.personalize.data.dataset_card import DatasetCard
from cowrite.personalize.data.decision_examples import Selection, examples_from_log
from cowrite.personalize.data.examples import (
    Example,
    Examples,
    examples_from_files,
    reference_text,
    without_drafts,
)
from cowrite.personalize.data.own_texts import find_own_texts, is_own
from cowrite.personalize.data.split import DECISIONS_SHARE, Split, split_by_time, tokens_to_read
from cowrite.personalize.networks.freed_memory import keep_freed_memory
from cowrite.personalize.settings import TrainingSettings, default_settings, with_changes
from cowrite.personalize.training.control import Control, Stopped, listen
from cowrite.personalize.training.job import TrainingJob
from cowrite.personalize.training.out_of_memory import is_out_of_memory
from cowrite.personalize.training.progress import TrainingPhase, TrainingProgress, failed
from cowrite.settings.exclusions import is_excluded
from cowrite.settings.logs import start_logging
from cowrite.settings.paths import Paths
from cowrite.settings.private_file import PRIVATE_FOLDER, write_private

if TYPE_CHECKING:
    from cowrite.engine.tokens.vocabulary import Vocabulary
    from cowrite.personalize.networks.trainable import LoraShape, Trainable
    from cowrite.personalize.training.training_run import Trained, TrainingData

logger = logging.getLogger(__name__)

EXIT_BUG, EXIT_USER_ERROR = 1, 2
_SORRY = "Something went wrong inside Cowrite while it was learning. Nothing was changed."
ADAPTER, HELD_OUT, LEARNED = "adapter", "held_out.json", "learned.json"
MS_PER_DAY = 86_400_000
LEAST_AGE_WEIGHT = 0.1
# Enough to see a percent; a validation of more would take minutes on a small machine. Where little is learned from,
# less is looked at: a look costs half as much for each token, and no more than a fifth of the time is to go into looks.
VALIDATION_TOKENS, LEAST_VALIDATION_TOKENS, VALIDATION_SHARE = 8192, 1024, 0.4
# A preference is read three times (the reference, forward, backward), and is about the next words.
PREFERENCE_TOKENS = 128
TELL = Callable[[TrainingProgress], None]


def main(argv: list[str] | None = None) -> int:
    """Run the job whose file is named in ``argv``. Returns the exit status: 0 also if it stopped or learned nothing."""
    arguments = sys.argv[1:] if argv is None else argv
    if len(arguments) != 1:
        print("cowrite: the training process needs one job file.", file=sys.stderr)  # noqa: T201
        return EXIT_USER_ERROR
    with start_logging(Paths.find().log_file):
        return _run_file(Path(arguments[0]))


def _run_file(path: Path) -> int:
    control = Control()
    signal.signal(signal.SIGTERM, lambda *_: control.stop())
    try:
        job = TrainingJob.read(path)
        listen(control, at_end=control.stop if job.attended else None)
        run_job(job, control, _print)
    except UserError as error:
        _print(failed(error))
        return EXIT_USER_ERROR
    except Exception:
        logger.exception("the training ended with an error")
        _print(failed(UserError(_SORRY, "The error log has the details.")))
        return EXIT_BUG
    return 0


def run_job(job: TrainingJob, control: Control, tell: TELL) -> None:
    """Do everything ``job`` says; the last thing told is one of the ends. Raises UserError."""
    give_way(LEARNING_NICENESS)
    sleep_while_waiting()
    forbid_downloads()
    keep_freed_memory()
    work, staging = Path(job.work), Path(job.staging)
    try:
        for folder in (work, staging):
            folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        _train(job, work, staging, control, tell)
    except Stopped:
        tell(TrainingProgress(phase=TrainingPhase.STOPPED))
    except (OSError, MemoryError, RuntimeError) as error:
        if is_out_of_memory(error):
            logger.exception("the training had too little memory")
            raise _too_large() from error
        if not isinstance(error, OSError):
            raise
        raise UserError(
            f"Training could not write or read its files ({error.strerror or error}). Nothing was changed.",
            "Free up disk space and start it again.",
        ) from error


def _train(job: TrainingJob, work: Path, staging: Path, control: Control, tell: TELL) -> None:
    tell(TrainingProgress(phase=TrainingPhase.READING))
    examples = read_examples(job)
    control.check_cancelled()
    # Imported only now: reading needs no torch, and the variables above must be set before.
    from cowrite.engine.tokens.vocabulary import Vocabulary
    from cowrite.personalize.training.checkpoints import remove_checkpoint
    from cowrite.personalize.training.training_run import NothingLearned

    words = Vocabulary.load(Path(job.model_dir))
    split = split_for(job, examples, words)
    if split.too_little:
        tell(TrainingProgress(phase=TrainingPhase.KEPT, message=split.too_little))
        return
    write_private(work / HELD_OUT, _held_out(split))
    write_private(work / LEARNED, _as_bytes([each.text for each in split.train]))
    prepared = _prepare(job, split, words)
    control.check_cancelled()
    tell(TrainingProgress(phase=TrainingPhase.LOADING))
    try:
        trained = _run(job, prepared, work, control, tell)
    except NothingLearned as error:
        remove_checkpoint(work)
        tell(TrainingProgress(phase=TrainingPhase.KEPT, message=error.message, advice=error.advice))
        return
    tell(TrainingProgress(phase=TrainingPhase.WRITING))
    _write(job, prepared, trained, DatasetCard.of(examples), staging)
    remove_checkpoint(work)
    loss, first = trained.state.best_loss, trained.state.first_loss
    message = f"The loss on test texts fell from {first:.3f} to {loss:.3f}."
    tell(TrainingProgress(phase=TrainingPhase.DONE, validation_loss=loss, message=message))


def read_examples(job: TrainingJob) -> Examples:
    """Everything that may be learned from, drafts left out. Raises UserError."""

    def may_learn(document: str, path: str) -> bool:
        there = Path(path) if path else None
        return document not in job.excluded and not is_excluded(there, job.excluded)

    own = (*job.own_texts, *job.files)
    found = Examples()
    if job.log:
        selection = Selection(
            may_learn=may_learn,
            is_own=lambda path: is_own(path, own),
            since_ms=job.since_ms,
            imported=job.imported,
        )
        # A copy in memory: the program goes on writing, and a copy on disk would have to be forgotten too.
        with closing(sqlite3.connect(":memory:")) as copy:
            try:
                with open_for_reading(Path(job.log)) as log:
                    log.backup(copy)
                found.add(examples_from_log(copy, selection))
            except NoLogError:
                logger.info("there is no log of decisions yet")
    # Of a file that the log tells too, the log knows which words are the model's.
    told = {os.path.realpath(each.source.path) for each in found.supervised if each.source.path}
    chosen = find_own_texts(job.own_texts)
    found.unread += chosen.missing
    for path in dict.fromkeys((*map(Path, job.files), *chosen.files)):
        if may_learn("", str(path)) and os.path.realpath(path) not in told:
            found.add(_examples_from(path, must=str(path) in job.files))
    every, found.supervised = found.supervised, without_drafts(found.supervised)
    stay = {each.source.document for each in found.supervised if each.is_text}
    texts = dict.fromkeys(each.source.document for each in every if each.is_text)
    found.repeats = [document for document in texts if document not in stay]
    return found


def split_for(job: TrainingJob, examples: Examples, words: Vocabulary) -> Split:
    """What ``job`` trains on and what it keeps back. Raises UserError for wrong settings."""
    settings = with_changes(TrainingSettings(), job.changes)
    return split_by_time(
        examples,
        lambda text: len(words.encode(without_endless_words(text))),
        least_train=settings.least_train_tokens,
        least_gate=settings.least_gate_tokens,
    )


def _examples_from(path: Path, *, must: bool) -> Examples:
    try:
        return examples_from_files([path], only_sure=not must)
    except UserError as error:
        if must:
            raise
        logger.info("one of the chosen texts is passed over: %s", type(error.__cause__).__name__)
        return Examples(unread=[str(path)])


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What the trainer gets, but the model."""

    data: TrainingData
    settings: TrainingSettings
    shape: LoraShape
    split: Split
    device: Any


def _prepare(job: TrainingJob, split: Split, words: Any) -> _Prepared:
    from cowrite.engine.devices import choose_device
    from cowrite.personalize.data.packing import (
        evenly,
        pair_of,
        pieces_of,
        teaching_most,
        verdict_of,
    )
    from cowrite.personalize.networks.trainable import LoraShape
    from cowrite.personalize.training.preference_stage import newest
    from cowrite.personalize.training.training_run import TrainingData

    device, _ = choose_device(job.device)
    tokens = tokens_to_read(split.train, lambda text: len(words.encode(text)))
    settings = default_settings(
        parameters=parameters_of(Path(job.model_dir)),
        tokens=tokens,
        free_bytes=psutil.virtual_memory().available,
        has_card=device.type == "cuda",
        wishes=with_changes(TrainingSettings(), job.changes),
    )
    settings = with_changes(settings, job.changes)
    # What the engine puts before a prompt; a whole text begins as an empty page does.
    beginning = list(words.beginning)
    between = words.id_of("<|endoftext|>")
    page = beginning or ([] if between is None else [between])
    length = settings.sequence_tokens
    last_ms = max(each.source.at_ms for each in split.train)

    def pieces(examples: list[Example]) -> list[Any]:
        return [
            piece
            for each in examples
            for piece in pieces_of(
                each,
                words,
                page if each.is_text else beginning,
                length,
                _age_weight(each, last_ms, settings),
            )
        ]

    texts = pieces([each for each in split.train if each.is_text])
    decisions = pieces([each for each in split.train if not each.is_text])
    most = round(DECISIONS_SHARE * sum(len(piece.ids) for piece in texts))
    short = min(length, PREFERENCE_TOKENS)
    wanted = [each for each in split.verdicts if each.desirable]
    unwanted = [each for each in split.verdicts if not each.desirable]
    data = TrainingData(
        train=[*texts, *teaching_most(decisions, most)],
        validation=evenly(pieces(split.early), _validation_tokens(tokens, settings)),
        pairs=newest(split.preferences, lambda each: pair_of(each, words, beginning, short)),
        verdicts=[
            verdict
            for kind in (wanted, unwanted)
            for verdict in newest(kind, lambda each: verdict_of(each, words, beginning, short))
        ],
        general=list(pieces_of(reference_text(), words, page, length)),
        identity=f"{job.model_id} {job.quantization} {device.type}",
    )
    shape = LoraShape(
        rank=settings.rank,
        alpha=settings.alpha,
        dropout=settings.dropout,
        targets=settings.target_modules,
        frozen_layers=settings.frozen_layers,
    )
    return _Prepared(data, settings, shape, split, device)


def _validation_tokens(train: int, settings: TrainingSettings) -> int:
    between = train / settings.checks_per_epoch
    return max(LEAST_VALIDATION_TOKENS, min(VALIDATION_TOKENS, round(VALIDATION_SHARE * between)))


def _run(
    job: TrainingJob, prepared: _Prepared, work: Path, control: Control, tell: TELL
) -> Trained:
    import torch

    from cowrite.personalize.training.trainer import Trainer

    torch.set_num_threads(prepared.settings.threads)
    model = _load(job, prepared)
    last = TrainingProgress(phase=TrainingPhase.LOADING)

    def remember(progress: TrainingProgress) -> None:
        nonlocal last
        last = progress
        tell(progress)

    control.on_pause = lambda is_paused: tell(
        replace(last, phase=TrainingPhase.PAUSED) if is_paused else last
    )
    return Trainer(
        model,
        prepared.data,
        prepared.settings,
        work,
        device=prepared.device,
        control=control,
        on_progress=remember,
    ).run()


def _load(job: TrainingJob, prepared: _Prepared) -> Trainable:
    from safetensors import SafetensorError

    from cowrite.engine.loading.model_config import SENSELESS
    from cowrite.engine.networks.quantize import Quantization
    from cowrite.personalize.networks.model import TrainableDecoder

    kind, folder = Quantization(job.quantization), Path(job.model_dir)
    checkpointing = prepared.settings.gradient_checkpointing
    try:
        model = TrainableDecoder.load(
            folder, kind, prepared.device, prepared.shape, checkpointing=checkpointing
        )
        if model is not None:
            return model
        from cowrite.personalize.networks.peft_model import PeftTrainable

        return PeftTrainable(
            folder, kind, prepared.device, prepared.shape, checkpointing=checkpointing
        )
    except (OSError, SafetensorError, *SENSELESS) as error:
        logger.exception("loading the model for training failed")
        raise UserError(
            "The model cannot be trained: its files are damaged or of a kind that Cowrite does not support.",
            "Run “cowrite models verify”.",
        ) from error


def _write(
    job: TrainingJob, prepared: _Prepared, trained: Trained, card: DatasetCard, staging: Path
) -> None:
    from cowrite.engine.loading.model_config import read_model_config
    from cowrite.personalize.training.adapter_file import write_adapter

    config = read_model_config(Path(job.model_dir))
    state = trained.state
    training = {
        "format": 1,
        "model": job.model_id,
        "quantization": job.quantization,
        "settings": prepared.settings.to_json(),
        "data": card.to_json(),
        "documents": list(card.documents),
        "events": {"first_ms": card.first_ms, "last_ms": card.last_ms},
        "held_out": [_range(each) for each in prepared.split.gate],
        "tokens": state.tokens,
        "seconds": round(state.seconds, 1),
        "validation": {"before": state.first_loss, "after": state.best_loss},
        "best_step": state.best_step,
        "preferences_used": trained.preferences_used,
        "strength": trained.scale,
        "curve": state.curve,
    }
    write_adapter(
        staging / ADAPTER,
        trained.factors,
        prepared.shape,
        base=job.model_id,
        layers=int(config["num_hidden_layers"]),
        training=training,
    )


def _held_out(split: Split) -> bytes:
    """The texts for the judgement; of a document of the log only what the writer typed is to be scored."""
    held = [
        {**_range(each), "spans": [[span.text, span.learns] for span in each.spans]}
        for each in split.gate
    ]
    return _as_bytes(held)


def _as_bytes(texts: object) -> bytes:
    return json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _range(example: Example) -> dict[str, str | int]:
    source = example.source
    return {"document": source.document, "start": source.start, "end": source.end}


def _age_weight(example: Example, newest_ms: int, settings: TrainingSettings) -> float:
    days = max(0, newest_ms - example.source.at_ms) / MS_PER_DAY
    return max(LEAST_AGE_WEIGHT, float(0.5 ** (days / settings.half_life_days)))


def parameters_of(folder: Path) -> int:
    """About how many weights the model has: two bytes each."""
    return sum(file.stat().st_size for file in folder.glob("*.safetensors")) // 2


def _too_large() -> UserError:
    return UserError(
        "There is too little memory to train this model. Nothing was changed.",
        "Close other programs, or try --set micro_batch_tokens=256 --set sequence_tokens=256.",
    )


def _print(progress: TrainingProgress) -> None:
    print(progress.to_json(), flush=True)  # noqa: T201 - what the window reads
