"""Our losses against TRL's, on the same batch, and against the formula."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from peft_oracle import CPU, load, peft_model, save, stir, tokens

from cowrite.personalize.data.packing import Batch, PairPieces, Piece, UnpairedPiece
from cowrite.personalize.training.losses import preference_loss, supervised_loss, unpaired_loss

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.usefixtures("in_fp32")]


def sides() -> tuple[Piece, Piece]:
    context, chosen, rejected = tokens(9).tolist(), tokens(5, 1).tolist(), tokens(7, 2).tolist()
    return (
        Piece((*context, *chosen), tuple(range(9, 14))),
        Piece((*context, *rejected), tuple(range(9, 16))),
    )


def oracle(model_dir: Path, adapter: Path) -> dict[str, Any]:
    """The models and the tokenizer that TRL's trainers take."""
    from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

    return {
        "model": peft_model(model_dir, adapter),
        "ref_model": AutoModelForCausalLM.from_pretrained(model_dir, dtype=torch.float32),
        "processing_class": PreTrainedTokenizerFast(
            tokenizer_file=str(model_dir / "tokenizer.json"),
            eos_token="<|endoftext|>",
            pad_token="<|endoftext|>",
        ),
    }


def test_the_supervised_loss_is_a_weighted_mean_of_what_counts(tiny_model_dir: Path) -> None:
    model = load(tiny_model_dir)
    stir(model)
    chosen, rejected = sides()
    heavy = Piece(rejected.ids, rejected.learned, weight=0.3)
    loss, weight = supervised_loss(model, Batch.of([chosen, heavy], CPU), seed=None)
    one, _ = supervised_loss(model, Batch.of([chosen], CPU), seed=None)
    two, _ = supervised_loss(model, Batch.of([rejected], CPU), seed=None)
    assert weight == pytest.approx(5 + 0.3 * 7)
    assert loss.item() == pytest.approx(one.item() + 0.3 * two.item(), rel=1e-5)


def test_both_losses_are_those_of_trl(tiny_model_dir: Path, tmp_path: Path) -> None:
    trl = pytest.importorskip("trl")
    from datasets import Dataset

    model = load(tiny_model_dir)
    stir(model)
    chosen, rejected = sides()
    arguments = trl.DPOConfig(
        output_dir=str(tmp_path / "out"), beta=0.2, loss_type=["sigmoid", "sft"], use_cpu=True,
        report_to=[], bf16=False, per_device_train_batch_size=1, gradient_checkpointing=False,
    )  # fmt: skip
    row = {"prompt": "The old", "chosen": " lighthouse", "rejected": " town stood"}
    judge = trl.DPOTrainer(
        **oracle(tiny_model_dir, save(model, tmp_path / "adapter")),
        args=arguments,
        train_dataset=Dataset.from_list([row]),
    )
    example = {
        "prompt_ids": list(chosen.ids[:9]),
        "chosen_ids": list(chosen.ids[9:]),
        "rejected_ids": list(rejected.ids[9:]),
    }
    expected = judge.compute_loss(judge.model, judge.data_collator([example]))
    loss, weight = preference_loss(
        model, [PairPieces(chosen, rejected, 1.0)], CPU, beta=0.2, seed=None
    )
    assert weight == 1
    assert loss.item() == pytest.approx(expected.item(), rel=1e-4)


def test_the_loss_of_verdicts_is_that_of_trl(tiny_model_dir: Path, tmp_path: Path) -> None:
    trl = pytest.importorskip("trl")
    from datasets import Dataset

    model = load(tiny_model_dir)
    stir(model)
    wanted, unwanted = sides()
    arguments = trl.KTOConfig(
        output_dir=str(tmp_path / "out"), beta=0.2, loss_type="apo_zero_unpaired", use_cpu=True,
        report_to=[], bf16=False, per_device_train_batch_size=2, gradient_checkpointing=False,
    )  # fmt: skip
    rows = [
        {"prompt": "The old", "completion": " lighthouse", "label": True},
        {"prompt": "The old", "completion": " town stood", "label": False},
    ]
    judge = trl.KTOTrainer(
        **oracle(tiny_model_dir, save(model, tmp_path / "adapter")),
        args=arguments,
        train_dataset=Dataset.from_list(rows),
    )
    examples = [
        {
            "prompt_ids": list(piece.ids[:9]),
            "completion_ids": list(piece.ids[9:]),
            "label": label,
        }
        for piece, label in ((wanted, True), (unwanted, False))
    ]
    expected = judge.compute_loss(judge.model, judge.data_collator(examples))
    loss, weight = unpaired_loss(
        model,
        [UnpairedPiece(wanted, desirable=True), UnpairedPiece(unwanted, desirable=False)],
        CPU,
        beta=0.2,
        seed=None,
    )
    assert weight == 2
    assert abs(expected.item() - 0.5) > 1e-3  # where nothing was learned it is a half
    assert loss.item() / weight == pytest.approx(expected.item(), rel=1e-4)
