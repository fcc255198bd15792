"""Loss per token: what a forward pass over the whole text says, however it is cut into windows and passes."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from made_up_adapter import write_adapter
from tiny_model import SENTENCES, make_tiny_model

from cowrite.base.errors import UserError
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.networks.adapter import read_adapter
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.steps import Cancelled
from cowrite.personalize.evaluation import scoring
from cowrite.personalize.evaluation.scoring import blocks_of, score_texts

TEXT = "\n\n".join(SENTENCES * 6)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    folder = make_tiny_model(tmp_path_factory.mktemp("model") / "tiny")
    return load_model(folder, torch.device("cpu"), Quantization.BF16)


def losses_at_once(model: LoadedModel, tokens: list[int]) -> list[float]:
    """Each token given all before it and the model's own beginning, in one pass."""
    with torch.inference_mode():
        ids = torch.tensor([[model.start_token, *tokens]])
        logits = model.network(ids)[0, :-1].float()
        return torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="none").tolist()


def test_passes_do_not_show(model: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "PASS_TOKENS", 37)
    tokens = model.vocabulary.encode(TEXT)
    score = score_texts(model, {"d": TEXT})
    assert score.tokens == len(tokens)
    assert score.bytes == len(TEXT.encode())
    assert score.loss == pytest.approx(sum(losses_at_once(model, tokens)) / len(tokens), rel=2e-3)
    assert score.perplexity == pytest.approx(math.exp(score.loss))
    assert score.bits_per_byte == pytest.approx(
        score.loss * score.tokens / math.log(2) / len(TEXT.encode())
    )


def test_a_later_window_sees_the_overlap_and_no_more(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "BLOCK_TOKENS", 1)
    tokens = model.vocabulary.encode(TEXT)
    got = [
        each.loss
        for each in scoring._predictions(model, tokens, [1] * len(tokens), 80, lambda: False)
    ]
    expected = losses_at_once(model, tokens[:80])
    for start in range(80, len(tokens), 60):
        expected += losses_at_once(model, tokens[start - 20 : start + 60])[20:]
    assert got == pytest.approx(expected, rel=0.05, abs=0.05)


def test_documents_do_not_see_each_other(model: LoadedModel) -> None:
    alone = score_texts(model, {"a": TEXT})
    both = score_texts(model, {"b": SENTENCES[0], "a": TEXT})
    assert [block for block in both.blocks if block.document == "a"] == list(alone.blocks)


def test_an_adapter_changes_the_losses_and_not_the_blocks(
    model: LoadedModel, tmp_path: Path
) -> None:
    bare = score_texts(model, {"a": TEXT})
    model.network.use_adapter(read_adapter(write_adapter(tmp_path / "a")))
    try:
        adapted = score_texts(model, {"a": TEXT})
    finally:
        model.network.use_adapter(None)
    assert [(b.document, b.tokens, b.bytes) for b in bare.blocks] == [
        (b.document, b.tokens, b.bytes) for b in adapted.blocks
    ]
    assert abs(adapted.blocks[0].loss - bare.blocks[0].loss) > 1.0
    assert score_texts(model, {"a": TEXT}) == bare


def test_nothing_to_score_is_a_sentence(model: LoadedModel) -> None:
    with pytest.raises(UserError, match="no text to test with"):
        score_texts(model, {"a": ""})


def test_it_stops_when_it_is_told_to(model: LoadedModel) -> None:
    with pytest.raises(Cancelled):
        score_texts(model, {"a": TEXT}, cancelled=lambda: True)


@given(st.lists(st.tuples(st.sampled_from([b"word", b" a", b".\n\n", b"\n"]), st.floats(0, 9))))
def test_blocks_are_whole_paragraphs_and_hold_everything_once(
    pieces: list[tuple[bytes, float]],
) -> None:
    pieces = pieces * 20
    written, losses = [piece for piece, _ in pieces], [loss for _, loss in pieces]
    blocks = blocks_of("d", written, losses)
    assert sum(block.tokens for block in blocks) == len(written)
    assert sum(block.bytes for block in blocks) == len(b"".join(written))
    assert sum(block.loss for block in blocks) == pytest.approx(sum(losses))
    at = 0
    for block in blocks[:-1]:
        at += block.tokens
        assert block.tokens >= scoring.BLOCK_TOKENS
        assert b"\n" in written[at - 1]
    assert len(blocks) <= 1 or blocks[-1].tokens >= scoring.BLOCK_TOKENS


def test_what_does_not_count_is_read_and_not_counted(model: LoadedModel) -> None:
    first, second, third = SENTENCES
    tokens = model.vocabulary.encode(first + second + third)
    losses = losses_at_once(model, tokens)
    ends, at = [], 0
    for token in tokens:
        ends.append(at)
        at += len(model.vocabulary.bytes_of(token))
    span = range(len(first.encode()), len((first + second).encode()))
    score = score_texts(model, {"a": [(first, False), (second, True), (third, False)]})
    expected = [loss for loss, start in zip(losses, ends, strict=True) if start in span]
    assert score.tokens == len(expected)
    assert score.loss == pytest.approx(sum(expected) / len(expected), rel=0.01)
    with pytest.raises(UserError, match="no text to test with"):
        score_texts(model, {"a": [(first, False)]})


@pytest.mark.parametrize(
    "text", ["One <|endoftext|> two. " * 40, "He wrote a\ud800b, and “naïve” too. ", "\0 a"]
)
def test_every_byte_of_the_text_is_counted(model: LoadedModel, text: str) -> None:
    score = score_texts(model, {"d": text})
    assert score.bytes == len(text.encode("utf-8", "surrogatepass"))
    parts = [(text, True), (" and the rest", False)]
    assert score_texts(model, {"d": parts}).bytes == score.bytes
