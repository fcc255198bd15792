"""Tiny tokenizers of every family that the program reads, made on the spot; with the oddities of the published ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

SENTENCES = [
    "The old lighthouse stood on the hill above the town, and the light went out.",
    "She had not been to the lighthouse since; he said <b>no</b> to them.",
    "Die Straße war naß, und ein Käuzchen schrie; 你好，世界 😀.",
] * 4

# Not special, as an empty line, runs of spaces and HTML tags are in Gemma.
TEXT_TOKENS = ("\n\n", "\n\n\n", "<b>", "</b>", "  ")
# Never text, whether the author called them special or not.
SPECIAL_MARKS = ("<|im_end|>", "<|endoftext|>", "[INST]", "<bos>", "<start_of_turn>")
OTHER_MARKS = ("<|fim_prefix|>", "<unused0>", "</think>", "<tool_call>")
_SPLIT = Regex(r"\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+")


def _text_tokens() -> list[AddedToken]:
    texts = [AddedToken(each, special=False, normalized=False) for each in TEXT_TOKENS]
    return texts + [AddedToken(each, special=False, normalized=False) for each in OTHER_MARKS]


def _finished(tokenizer: Tokenizer) -> Tokenizer:
    tokenizer.add_special_tokens(
        [AddedToken(each, special=True, normalized=False) for each in SPECIAL_MARKS]
    )
    tokenizer.add_tokens(_text_tokens())
    return tokenizer


def byte_level(
    *,
    split: bool = False,
    prefix_space: bool = False,
    nfc: bool = False,
    ignore_merges: bool = False,
) -> Tokenizer:
    """As GPT-2, Llama 3 (``split``, ``ignore_merges``), Qwen (``split``, ``nfc``), or one that puts a space first."""
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    bytes_of = pre_tokenizers.ByteLevel(add_prefix_space=prefix_space, use_regex=not split)
    parts = [pre_tokenizers.Split(_SPLIT, "isolated"), bytes_of]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(parts) if split else bytes_of  # type: ignore[assignment]
    tokenizer.decoder = decoders.ByteLevel()  # type: ignore[assignment]
    if nfc:
        tokenizer.normalizer = normalizers.NFC()  # type: ignore[assignment]
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    return _finished(tokenizer)


def sentencepiece(
    *, prefix: str = "", has_bytes: bool = True, ends_special: bool = True
) -> Tokenizer:
    """As Llama 2 (``prefix`` “prepend”), Mistral (“metaspace”), Gemma (none), or Phi-3 (``</s>`` is not special)."""
    vocabulary, merges = _trained_pieces()
    names = ["<unk>", "<s>", "</s>"]
    byte_tokens = [f"<0x{byte:02X}>" for byte in range(256)] if has_bytes else []
    pieces = list(dict.fromkeys([*names, *byte_tokens, *vocabulary]))
    model = models.BPE(
        vocab={piece: i for i, piece in enumerate(pieces)},
        merges=merges,
        unk_token="<unk>",
        fuse_unk=True,
        byte_fallback=has_bytes,
    )
    tokenizer = Tokenizer(model)
    steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    if prefix == "metaspace":
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)  # type: ignore[assignment]
    else:
        replace = normalizers.Replace(" ", "▁")
        tokenizer.normalizer = (  # type: ignore[assignment]
            normalizers.Sequence([normalizers.Prepend("▁"), replace]) if prefix else replace
        )
    if prefix:
        steps.append(decoders.Strip(" ", 1, 0))
    tokenizer.decoder = decoders.Sequence(steps)  # type: ignore[assignment]
    special = names if ends_special else names[:2]
    tokenizer.add_special_tokens([AddedToken(each, special=True) for each in special])
    if not ends_special:
        tokenizer.add_tokens([AddedToken("</s>", special=False, rstrip=True, normalized=False)])
    tokenizer.post_processor = processors.TemplateProcessing(  # type: ignore[assignment]
        single="<s> $A", special_tokens=[("<s>", 1)]
    )
    return _finished(tokenizer)


def unigram() -> Tokenizer:
    """Where a mark is a piece of the vocabulary, with a score that no text can beat."""
    vocabulary, _ = _trained_pieces()
    names = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    scores = dict.fromkeys(names, 0.0)
    scores |= {piece: -3.0 - 0.01 * i for i, piece in enumerate(vocabulary) if piece not in scores}
    tokenizer = Tokenizer(models.Unigram(list(scores.items()), unk_id=0, byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)  # type: ignore[assignment]
    tokenizer.decoder = decoders.Sequence(  # type: ignore[assignment]
        [decoders.ByteFallback(), decoders.Metaspace(prepend_scheme="always")]
    )
    return _finished(tokenizer)


FAMILIES: dict[str, Callable[[], Tokenizer]] = {
    "gpt2": byte_level,
    "llama3": lambda: byte_level(split=True, ignore_merges=True),
    "qwen": lambda: byte_level(split=True, nfc=True),
    "prefix space": lambda: byte_level(prefix_space=True),
    "llama2": lambda: sentencepiece(prefix="prepend"),
    "mistral": lambda: sentencepiece(prefix="metaspace"),
    "gemma": sentencepiece,
    "phi3": lambda: sentencepiece(prefix="prepend", ends_special=False),
    "without bytes": lambda: sentencepiece(has_bytes=False),
    "unigram": unigram,
}


def write(
    folder: Path, tokenizer: Tokenizer, *, rows: int | None = None, ends: Sequence[int] = ()
) -> Path:
    """A model's folder with no weights."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config: dict[str, object] = {"eos_token_id": list(ends)}
    if rows is not None:
        config["vocab_size"] = rows
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def with_gap(tokenizer: Tokenizer, size: int = 7) -> Tokenizer:
    """The same with ``size`` ids that no token has before those that were added, as in Phi-3 and Llama 3."""
    parts = json.loads(tokenizer.to_str())
    vocabulary = parts["model"]["vocab"]
    known = vocabulary if isinstance(vocabulary, dict) else {}
    for each in parts["added_tokens"]:
        if each["content"] not in known and each["id"] > 2:
            each["id"] += size
    return Tokenizer.from_str(json.dumps(parts))


def _trained_pieces() -> tuple[list[str], list[tuple[str, str]]]:
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")  # type: ignore[assignment]
    trainer = trainers.BpeTrainer(
        vocab_size=300, initial_alphabet=["\n", *map(chr, range(33, 127))], show_progress=False
    )
    trained.train_from_iterator(SENTENCES, trainer)
    model = json.loads(trained.to_str())["model"]
    return list(model["vocab"]), [(left, right) for left, right in model["merges"]]
