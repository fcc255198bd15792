"""The training process: reads its job, trains, writes the adapter, and says on standard output how far it is.

It takes “pause”, “resume” and “stop” as lines on standard input, and a SIGTERM as “stop”. It neither judges the adapter
nor puts it to use. Killed at any moment it leaves the model, the adapters and the log as they were, and the next
process with the same job goes on from the last checkpoint.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError
from cowrite.base.process_priority import LEARNING_NICENESS, give_way, sleep_while_waiting
from cowrite.base.system_reasons import reason_of
from cowrite.engine.offline import forbid_downloads
from cowrite.engine.out_of_memory import is_out_of_memory
from cowrite.localization import tr, tr_noop
from cowrite.personalize.data.dataset_card import DatasetCard
from cowrite.personalize.data.examples import (
    Example,
)
from cowrite.personalize.data.split import Split
from cowrite.personalize.networks.freed_memory import keep_freed_memory
from cowrite.personalize.training.control import Control, Stopped, listen
from cowrite.personalize.training.job import TrainingJob
from cowrite.personalize.training.job_examples import read_examples, split_for
from cowrite.personalize.training.progress import TrainingPhase, TrainingProgress, failed
from cowrite.settings.language import chosen_language, use_language
from cowrite.settings.logs import start_logging
from cowrite.settings.paths import Paths
from cowrite.settings.private_file import PRIVATE_FOLDER, write_private

if TYPE_CHECKING:
    from cowrite.personalize.networks.trainable import Trainable
    from cowrite.personalize.training.preparation import Prepared
    from cowrite.personalize.training.training_run import Trained

logger = logging.getLogger(__name__)

EXIT_BUG, EXIT_USER_ERROR = 1, 2
_SORRY = tr_noop("Something went wrong inside Cowrite while it was learning. Nothing was changed.")
ADAPTER, HELD_OUT, LEARNED = "adapter", "held_out.json", "learned.json"
TELL = Callable[[TrainingProgress], None]


def main(argv: list[str] | None = None) -> int:
    """Run the job whose file is named in ``argv``. Returns the exit status: 0 also if it stopped or learned nothing."""
    arguments = sys.argv[1:] if argv is None else argv
    if len(arguments) != 1:
        print("cowrite: the training process needs one job file.", file=sys.stderr)  # noqa: T201
        return EXIT_USER_ERROR
    paths = Paths.find()
    use_language(chosen_language(paths.settings_file))
    with start_logging(paths.log_file):
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
        _print(failed(UserError(tr(_SORRY), tr("The error log has the details."))))
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
            tr(
                "Training could not write or read its files ({reason}). Nothing was changed.",
                reason=reason_of(error),
            ),
            tr("Free up disk space and start it again."),
        ) from error


def _train(job: TrainingJob, work: Path, staging: Path, control: Control, tell: TELL) -> None:
    tell(TrainingProgress(phase=TrainingPhase.READING))
    examples = read_examples(job)
    control.check_cancelled()
    # Imported only now: reading needs no torch, and the variables above must be set before.
    from cowrite.engine.tokens.vocabulary import Vocabulary
    from cowrite.personalize.training.checkpoints import remove_checkpoint
    from cowrite.personalize.training.preparation import prepare
    from cowrite.personalize.training.training_run import NothingLearned

    vocabulary = Vocabulary.load(Path(job.model_dir))
    split = split_for(job, examples, vocabulary)
    if split.too_little:
        tell(TrainingProgress(phase=TrainingPhase.KEPT, message=split.too_little))
        return
    write_private(work / HELD_OUT, _held_out(split))
    write_private(work / LEARNED, _as_bytes([each.text for each in split.train]))
    prepared = prepare(job, split, vocabulary)
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
    message = tr(
        "The loss on test texts fell from {first:.3f} to {loss:.3f}.", first=first, loss=loss
    )
    tell(TrainingProgress(phase=TrainingPhase.DONE, validation_loss=loss, message=message))


def _run(job: TrainingJob, prepared: Prepared, work: Path, control: Control, tell: TELL) -> Trained:
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


def _load(job: TrainingJob, prepared: Prepared) -> Trainable:
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
            tr(
                "The model cannot be trained: its files are damaged or of a kind that Cowrite does not support."
            ),
            tr("Run “cowrite models verify”."),
        ) from error


def _write(
    job: TrainingJob, prepared: Prepared, trained: Trained, card: DatasetCard, staging: Path
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
    """The texts for the evaluation; of a document of the log only what the writer typed is to be scored."""
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


def _too_large() -> UserError:
    return UserError(
        tr("There is too little memory to train this model. Nothing was changed."),
        tr("Close other programs, or try --set micro_batch_tokens=256 --set sequence_tokens=256."),
    )


def _print(progress: TrainingProgress) -> None:
    print(progress.to_json(), flush=True)  # noqa: T201 - what the window reads
