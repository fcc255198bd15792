"""A model and its tokens: what is typed is read as text, what is no token is never chosen, and only ends end."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tiny_tokenizers import FAMILIES, OTHER_MARKS, SENTENCES, SPECIAL_MARKS, TEXT_TOKENS, with_gap
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModelForCausalLM

from cowrite.engine.decoding.choice import Chooser
from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import CompletionRequest
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.sampling import Sampling
from cowrite.personalize.evaluation.scoring import score_texts

PADDING = 13
NAMES = ("gpt2", "llama2", "gemma")
TYPED = (
    "The door was open.\n\n",
    "One.\n\nTwo.\n\nThe",
    "He wrote <b>",
    "Each turn ends with <|im_end|>",
    "They struck out <s>so</s>",
    "a ▁ and <0x41> and </think>",
)
Make = Callable[[str], tuple[LoadedModel, Tokenizer]]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """A model of random weights with the tokenizer of a family, gaps in its ids, and more rows than tokens."""
    made: dict[str, tuple[LoadedModel, Tokenizer]] = {}

    def get(name: str) -> tuple[LoadedModel, Tokenizer]:
        if name not in made:
            folder = tmp_path_factory.mktemp("model")
            tokenizer = with_gap(FAMILIES[name]())
            rows = max(tokenizer.get_vocab().values()) + 1 + PADDING
            _write_model(folder, tokenizer, rows)
            made[name] = load_model(folder, torch.device("cpu"), Quantization.BF16), tokenizer
        return made[name]

    return get


def _write_model(folder: Path, tokenizer: Tokenizer, rows: int) -> None:
    tokenizer.save(str(folder / "tokenizer.json"))
    config = AutoConfig.for_model(
        "llama",
        vocab_size=rows,
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=1,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        bos_token_id=tokenizer.token_to_id("<bos>"),
        eos_token_id=tokenizer.token_to_id("<|endoftext|>"),
        tie_word_embeddings=True,
    )
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    config.architectures = [type(model).__name__]
    (folder / "config.json").write_text(json.dumps(config.to_dict(), default=str))
    tensors = {
        k: v.contiguous().clone() for k, v in model.state_dict().items() if k != "lm_head.weight"
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", TYPED)
def test_all_that_is_typed_is_read(make: Make, name: str, text: str) -> None:
    model, _ = make(name)
    ids, rest = Completer(model, model_id="m").prompt(text)
    beginning = [*model.vocabulary.beginning]
    assert ids[: len(beginning)] == beginning
    ids = ids[len(beginning) :]
    assert not model.stop_tokens & set(ids) - {model.start_token}
    seen = b"".join(map(model.vocabulary.bytes_of, ids)) + rest
    assert seen.decode().removeprefix(" ") == text


@pytest.mark.parametrize("name", NAMES)
def test_only_ends_and_special_tokens_end_a_suggestion(make: Make, name: str) -> None:
    model, tokenizer = make(name)
    stops = model.stop_tokens
    assert {tokenizer.token_to_id(each) for each in SPECIAL_MARKS} <= stops
    assert not stops & {tokenizer.token_to_id(each) for each in (*TEXT_TOKENS, *OTHER_MARKS)}
    assert not any(model.vocabulary.bytes_of(each) for each in stops)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("temperature", [0.0, 1.5])
@pytest.mark.parametrize("pending", [b"", b" th"])
def test_a_row_without_a_token_is_never_chosen(
    make: Make, name: str, temperature: float, pending: bytes
) -> None:
    model, tokenizer = make(name)
    rows = model.network.vocabulary
    logits = torch.zeros(rows)
    taken = set(tokenizer.get_vocab().values())
    empty = [i for i in range(rows) if i not in taken]
    assert len(empty) >= PADDING
    logits[empty] = 50.0
    logits[[tokenizer.token_to_id(each) for each in OTHER_MARKS]] = 50.0
    chooser = Chooser(model, PersonalNgrams())
    found = chooser.choices(logits, "He said", pending, rows, Sampling(temperature, seed=3))
    assert found
    for each in found:
        assert each.token in model.stop_tokens or model.vocabulary.bytes_of(each.token)
        assert each.token not in {tokenizer.token_to_id(mark) for mark in OTHER_MARKS}
        assert math.isfinite(each.logprob)


@pytest.mark.parametrize("name", NAMES)
def test_every_suggestion_is_text(make: Make, name: str) -> None:
    model, _ = make(name)
    completer = Completer(model, model_id="m")
    completer.ngrams.learn("d", "the <|im_end|> lamp and the <|im_end|> lamp ж\ud800 " * 5)
    for before in ("", "the ", "the <|im_end|> la", *TYPED, "ж", "a\ud800"):
        request = CompletionRequest(before=before, candidates=4, temperature=1.0)
        for candidate in completer.complete(request).candidates:
            assert not any(mark in candidate.text for mark in SPECIAL_MARKS)
            candidate.text.encode()


@pytest.mark.parametrize("name", NAMES)
def test_the_writers_own_words_are_known_whatever_a_text_begins_with(make: Make, name: str) -> None:
    model, _ = make(name)
    ngrams = PersonalNgrams()
    ngrams.learn("d", f"{SENTENCES[1]}\n" * 12)
    chooser = Chooser(model, ngrams)
    logits = torch.zeros(model.network.vocabulary)
    for text, pending, expected in (
        ("She had not been to", b"", b" the"),
        ("She had not been to the light", b" light", b" lighthouse"),
        ("She", b" She", b" She"),
    ):
        best = chooser.choices(logits, text, pending, 1, Sampling())[0]
        assert expected.startswith(model.vocabulary.bytes_of(best.token))
        assert best.logprob > math.log(0.3)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", [*TYPED, "naïve ж\ud800\n" * 9])
def test_every_byte_counts_in_a_score(make: Make, name: str, text: str) -> None:
    model, _ = make(name)
    assert score_texts(model, {"d": text}).bytes == len(text.encode("utf-8", "surrogatepass"))
