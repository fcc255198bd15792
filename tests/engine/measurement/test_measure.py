"""Measuring what a kind of quantization costs: right figures, and no minutes for a kind that is far too slow."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from tiny_model import SENTENCES

from cowrite.engine.loading.load import load_model
from cowrite.engine.measurement import measure
from cowrite.engine.measurement.measure import measure_quantizations, window_losses
from cowrite.engine.networks.quantize import Quantization

TEXT = " ".join(SENTENCES) * 12
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def short_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "WINDOW_TOKENS", 32)


def test_the_loss_of_a_window_is_that_of_its_tokens(tiny_model_dir: Path) -> None:
    model = load_model(tiny_model_dir, CPU, Quantization.BF16)
    tokens = model.vocabulary.encode(TEXT)
    losses = list(window_losses(model, TEXT))
    assert len(losses) == (len(tokens) - 1) // 32
    ids = torch.tensor([tokens[:33]])
    with torch.inference_mode():
        logprobs = model.network(ids)[0].float().log_softmax(-1)
    by_hand = -logprobs[:-1].gather(1, ids[0, 1:, None]).mean().item()
    assert math.isclose(losses[0], by_hand, rel_tol=0.02)


def test_a_text_without_two_tokens_is_refused(tiny_model_dir: Path) -> None:
    model = load_model(tiny_model_dir, CPU, Quantization.BF16)
    with pytest.raises(ValueError, match="too short"):
        list(window_losses(model, ""))


def test_unchanged_weights_cost_nothing_and_int8_little(tiny_model_dir: Path) -> None:
    bf16, int8 = measure_quantizations(tiny_model_dir, "cpu", TEXT, ("bf16", "int8"))
    assert (bf16.kind, int8.kind) == ("bf16", "int8")
    assert bf16.loss_increase_pct == 0.0
    assert abs(int8.loss_increase_pct) < 5
    assert min(bf16.tokens_per_s, int8.tokens_per_s) > 0


def test_a_kind_that_is_no_rival_reads_one_window(
    tiny_model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speeds = iter([100.0, 10.0])
    monkeypatch.setattr(measure, "tokens_per_second", lambda *_: next(speeds))
    read: list[int] = []
    real = window_losses

    def counting(model: object, text: str) -> object:
        read.append(0)
        for loss in real(model, text):  # type: ignore[arg-type]
            read[-1] += 1
            yield loss

    monkeypatch.setattr(measure, "window_losses", counting)
    measure_quantizations(tiny_model_dir, "cpu", TEXT, ("int8", "bf16"))
    all_of_it, as_rival, as_no_rival = read
    assert as_rival == all_of_it > as_no_rival == 1


@pytest.mark.expects_warnings
def test_a_kind_that_does_not_run_here_is_left_out(
    tiny_model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> float:
        raise NotImplementedError("no kernel")

    monkeypatch.setattr(measure, "tokens_per_second", broken)
    assert measure_quantizations(tiny_model_dir, "cpu", TEXT, ("int8",)) == []
