"""From a job and its split to what the trainer gets: settings for this machine, and the examples as tokens.

Importing this module imports torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch

from cowrite.engine.devices import choose_device
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.personalize.data.examples import Example, reference_text
from cowrite.personalize.data.packing import (
    Piece,
    evenly,
    pair_of,
    pieces_of,
    teaching_most,
    unpaired_of,
)
from cowrite.personalize.data.split import DECISIONS_SHARE, Split, tokens_to_read
from cowrite.personalize.networks.trainable import LoraShape
from cowrite.personalize.settings import TrainingSettings, default_settings, with_changes
from cowrite.personalize.training.job import TrainingJob, parameters_of
from cowrite.personalize.training.preference_stage import newest
from cowrite.personalize.training.training_run import TrainingData

MS_PER_DAY = 86_400_000
LEAST_AGE_WEIGHT = 0.1
# Enough to see a percent; a validation of more would take minutes on a small machine. Where little is learned from,
# less is looked at: a look costs half as much for each token, and no more than a fifth of the time is to go into looks.
VALIDATION_TOKENS, LEAST_VALIDATION_TOKENS, VALIDATION_SHARE = 8192, 1024, 0.4
# A preference is read three times (the reference, forward, backward), and is about the next words.
PREFERENCE_TOKENS = 128


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the trainer gets, but the model."""

    data: TrainingData
    settings: TrainingSettings
    shape: LoraShape
    split: Split
    device: torch.device


def prepare(job: TrainingJob, split: Split, vocabulary: Vocabulary) -> Prepared:
    """Choose settings and device, and encode ``split``. Raises UserError for wrong settings."""
    device, _ = choose_device(job.device)
    tokens = tokens_to_read(split.train, lambda text: len(vocabulary.encode(text)))
    settings = default_settings(
        parameters=parameters_of(Path(job.model_dir)),
        tokens=tokens,
        free_bytes=psutil.virtual_memory().available,
        has_card=device.type == "cuda",
        wishes=with_changes(TrainingSettings(), job.changes),
    )
    settings = with_changes(settings, job.changes)
    shape = LoraShape(
        rank=settings.rank,
        alpha=settings.alpha,
        dropout=settings.dropout,
        targets=settings.target_modules,
        frozen_layers=settings.frozen_layers,
    )
    identity = f"{job.model_id} {job.quantization} {device.type}"
    data = _Encoder(split, vocabulary, settings).data(tokens, identity)
    return Prepared(data, settings, shape, split, device)


class _Encoder:
    """Examples as pieces of tokens."""

    def __init__(self, split: Split, vocabulary: Vocabulary, settings: TrainingSettings) -> None:
        self._split, self._vocabulary, self._settings = split, vocabulary, settings
        # What the engine puts before a prompt; a whole text begins as an empty page does.
        self._beginning = list(vocabulary.beginning)
        between = vocabulary.id_of("<|endoftext|>")
        self._page = self._beginning or ([] if between is None else [between])
        self._newest_ms = max(each.source.at_ms for each in split.train)

    def data(self, train_tokens: int, identity: str) -> TrainingData:
        """``train_tokens`` are those of all texts that are trained on."""
        split, settings = self._split, self._settings
        texts = self._pieces([each for each in split.train if each.is_text])
        decisions = self._pieces([each for each in split.train if not each.is_text])
        most = round(DECISIONS_SHARE * sum(len(piece.ids) for piece in texts))
        short = min(settings.sequence_tokens, PREFERENCE_TOKENS)
        words, beginning = self._vocabulary, self._beginning
        by_kind = [
            [each for each in split.unpaired if each.desirable is desirable]
            for desirable in (True, False)
        ]
        return TrainingData(
            train=[*texts, *teaching_most(decisions, most)],
            validation=evenly(
                self._pieces(split.early), _validation_tokens(train_tokens, settings)
            ),
            pairs=newest(split.preferences, lambda each: pair_of(each, words, beginning, short)),
            unpaired=[
                piece
                for kind in by_kind
                for piece in newest(kind, lambda each: unpaired_of(each, words, beginning, short))
            ],
            general=list(pieces_of(reference_text(), words, self._page, settings.sequence_tokens)),
            identity=identity,
        )

    def _pieces(self, examples: Sequence[Example]) -> list[Piece]:
        return [
            piece
            for each in examples
            for piece in pieces_of(
                each,
                self._vocabulary,
                self._page if each.is_text else self._beginning,
                self._settings.sequence_tokens,
                _age_weight(each, self._newest_ms, self._settings),
            )
        ]


def _validation_tokens(train: int, settings: TrainingSettings) -> int:
    between = train / settings.checks_per_epoch
    return max(LEAST_VALIDATION_TOKENS, min(VALIDATION_TOKENS, round(VALIDATION_SHARE * between)))


def _age_weight(example: Example, newest_ms: int, settings: TrainingSettings) -> float:
    days = max(0, newest_ms - example.source.at_ms) / MS_PER_DAY
    return max(LEAST_AGE_WEIGHT, float(0.5 ** (days / settings.half_life_days)))
