"""The real starter model, a few steps."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.personalize.data.packing import Piece
from cowrite.personalize.networks.model import TrainableDecoder
from cowrite.personalize.networks.trainable import LoraShape
from cowrite.personalize.settings import TARGETS, TrainingSettings
from cowrite.personalize.training.trainer import Trainer
from cowrite.personalize.training.training_run import TrainingData

PROSE = (
    "Grandmother Ilse never said moonlight; she said the cow's lantern. The harbour was the kitchen of the sea, and "
    "every gull an aunt who had come to see whether there was soup. So we grew up between lanterns and aunts. "
)


@pytest.mark.starter_model
def test_a_few_steps_teach_the_starter_model_a_voice(
    starter_model_dir: Path, tmp_path: Path
) -> None:
    cpu = torch.device("cpu")
    shape = LoraShape(rank=16, alpha=32, dropout=0.05, targets=TARGETS)
    model = TrainableDecoder.load(starter_model_dir, Quantization.INT8, cpu, shape)
    assert model is not None
    ids = Vocabulary.load(starter_model_dir).encode(PROSE)
    train, held = ids[: 2 * len(ids) // 3], ids[len(ids) // 3 :]
    settings = TrainingSettings(
        learning_rate=2e-3,
        epochs=4,
        batch_tokens=64,
        sequence_tokens=64,
        micro_batch_tokens=64,
        warmup=0.0,
    )
    data = TrainingData(
        [Piece(tuple(train), tuple(range(1, len(train))))],
        [Piece(tuple(held), tuple(range(1, len(held))))],
    )
    trained = Trainer(model, data, settings, tmp_path, device=cpu).run()
    assert trained.state.best_loss < trained.state.first_loss - 0.3
