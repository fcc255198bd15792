"""Where a model is loaded when memory is short: the card, the card with less context, the processor, nowhere."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
import torch

from cowrite.base.errors import UserError
from cowrite.engine.decoding.completer import Completer
from cowrite.engine.jobs import placing
from cowrite.engine.jobs import runtime as runtime_module
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.loading import weights
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import CompletionRequest
from cowrite.engine.networks.quantize import Quantization

SHORT = 64
LONG_TEXT = "".join(f"Line {i} of 你好世界.\n" for i in range(60)) + "The old light"


def open_tiny(model_dir: Path, **options: Any) -> Runtime:
    return Runtime.open(model_dir, **{"model_id": "tiny", "device": "cpu"} | options)


LITTLE = "The graphics card has little free memory: suggestions take less of the preceding text into account."
TOO_LITTLE = "The graphics card has too little free memory; using the processor."


class CardOfBytes:
    """A card that is played by the processor, with room for the model if it ``holds_it`` and so many tokens."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, *, holds_it: bool = True, tokens: int = 10**6
    ) -> None:
        self.loaded: list[str] = []
        self.reserved: list[int] = []
        self._holds_it, self._tokens = holds_it, tokens
        self._reserve = placing.reserve
        monkeypatch.setattr(runtime_module, "choose_device", lambda _: (torch.device("cuda"), ""))
        monkeypatch.setattr(runtime_module, "load_model", self._load)
        monkeypatch.setattr(placing, "reserve", self._have)

    def _load(self, model_dir: Path, target: torch.device, kind: Quantization) -> LoadedModel:
        self.loaded.append(f"{target.type} {kind.value}")
        if target.type == "cuda" and not self._holds_it:
            raise torch.OutOfMemoryError("CUDA out of memory")
        on_card = kind if target.type == "cpu" else Quantization.INT8
        return load_model(model_dir, torch.device("cpu"), on_card)

    def _have(self, completer: Completer, tokens: int) -> None:
        self.reserved.append(tokens)
        if tokens > self._tokens:
            raise torch.OutOfMemoryError("CUDA out of memory")
        self._reserve(completer, tokens)


def test_a_card_with_room_for_all_is_used_and_nothing_is_said(
    tiny_model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = CardOfBytes(monkeypatch)
    runtime = open_tiny(tiny_model_dir, device="auto", quantizations={})
    assert card.loaded == ["cuda nf4"]
    assert card.reserved == [runtime._loaded().max_prompt_tokens]
    assert runtime.notice == ""
    runtime.close()


def test_a_card_without_room_for_the_context_reads_less_of_it(
    tiny_model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The model of the tests reads no more than a short context itself.
    monkeypatch.setattr(placing, "SHORT_PROMPT_TOKENS", SHORT)
    card = CardOfBytes(monkeypatch, tokens=SHORT)
    runtime = open_tiny(tiny_model_dir, device="auto", quantizations={})
    assert card.loaded == ["cuda nf4"]
    assert card.reserved[-1] == runtime._loaded().max_prompt_tokens == SHORT
    assert runtime.notice == LITTLE
    assert runtime.complete(CompletionRequest(before=LONG_TEXT)) is not None
    runtime.close()


@pytest.mark.parametrize(("holds_it", "tokens"), [(False, 10**6), (True, 0)])
def test_a_card_that_is_too_small_to_load_on_is_said(
    tiny_model_dir: Path, monkeypatch: pytest.MonkeyPatch, holds_it: bool, tokens: int
) -> None:
    card = CardOfBytes(monkeypatch, holds_it=holds_it, tokens=tokens)
    runtime = open_tiny(tiny_model_dir, device="auto", quantizations={"cpu": "int8"})
    assert card.loaded == ["cuda nf4", "cpu int8"]
    assert runtime.device == "cpu"
    assert runtime.notice == TOO_LITTLE
    runtime.close()


def test_another_error_of_the_card_is_no_lack_of_memory(
    tiny_model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object) -> LoadedModel:
        raise RuntimeError("no kernel image")

    monkeypatch.setattr(runtime_module, "choose_device", lambda _: (torch.device("cuda"), ""))
    monkeypatch.setattr(runtime_module, "load_model", load)
    with pytest.raises(RuntimeError, match="no kernel image"):
        open_tiny(tiny_model_dir, device="auto", quantizations={})


WORDS_OF_LINUX = "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried"),
        RuntimeError(WORDS_OF_LINUX),
    ],
    ids=["Python", "Windows", "Linux"],
)
def test_a_model_that_is_too_large_to_load_is_said(
    tiny_model_dir: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def load(*_: object) -> LoadedModel:
        raise error

    monkeypatch.setattr(runtime_module, "load_model", load)
    with pytest.raises(UserError, match="more memory than is free"):
        open_tiny(tiny_model_dir, quantizations={})


def test_a_file_that_cannot_be_mapped_is_not_called_damaged(
    tiny_model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_file(*_: object, **__: object) -> object:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(weights, "safe_open", open_file)
    with pytest.raises(UserError, match="more memory than is free"):
        open_tiny(tiny_model_dir, quantizations={})
