"""The vocabulary in a GGUF file as a tokenizer: the same tokens for the same text as the model learned with."""

from __future__ import annotations

from typing import Any

from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
)

from cowrite.engine.gguf.keys import damaged
from cowrite.engine.gguf.vocabulary import PIECES, PREFIX, SPACE, GgufVocabulary, Kind


def tokenizer_of(vocabulary: GgufVocabulary) -> Tokenizer:
    """The tokenizer itself. Raises UserError if its merges do not fit its tokens."""
    numbers = {text: number for number, text in enumerate(vocabulary.tokens)}
    is_pieces = vocabulary.model == PIECES
    try:
        tokenizer = Tokenizer(
            models.BPE(
                vocab=numbers,
                merges=vocabulary.merges,
                unk_token=vocabulary.text_of("unknown") if is_pieces else None,
                fuse_unk=is_pieces,
                byte_fallback=is_pieces,
                ignore_merges=vocabulary.splitting.whole_words,
            )
        )
    except Exception as error:  # the tokenizers library raises bare Exception
        raise damaged(PREFIX + "merges") from error
    if is_pieces:
        _split_into_pieces(tokenizer, adds_space=vocabulary.adds_space)
    else:
        _split_into_bytes(tokenizer, vocabulary)
    _add_tokens(tokenizer, vocabulary)
    tokenizer.post_processor = _ends(vocabulary)
    return tokenizer


def tokenizer_config_of(vocabulary: GgufVocabulary, context_tokens: int) -> dict[str, Any]:
    """What stands beside the tokenizer in ``tokenizer_config.json``."""
    named = {
        "bos_token": vocabulary.text_of("bos"),
        "eos_token": vocabulary.text_of("eos"),
        "unk_token": vocabulary.text_of("unknown"),
        "pad_token": vocabulary.text_of("padding"),
    }
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": context_tokens,
        "clean_up_tokenization_spaces": False,
    } | {name: text for name, text in named.items() if text is not None}


def _split_into_bytes(tokenizer: Tokenizer, vocabulary: GgufVocabulary) -> None:
    splits: list[Any] = [
        pre_tokenizers.Split(Regex(each), "isolated") for each in vocabulary.splitting.expressions
    ]
    level = pre_tokenizers.ByteLevel(add_prefix_space=vocabulary.adds_space, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([*splits, level])
    if vocabulary.splitting.composes:
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.decoder = decoders.ByteLevel()


def _split_into_pieces(tokenizer: Tokenizer, *, adds_space: bool) -> None:
    replace = normalizers.Replace(" ", SPACE)
    before = [normalizers.Prepend(SPACE)] if adds_space else []
    tokenizer.normalizer = normalizers.Sequence([*before, replace])
    after = [decoders.Strip(" ", 1, 0)] if adds_space else []
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), *after]
    )


def _add_tokens(tokenizer: Tokenizer, vocabulary: GgufVocabulary) -> None:
    """Tokens that are found before a text is split: control tokens, and others that are text all the same."""
    added = [
        AddedToken(text, special=number in vocabulary.special, normalized=False)
        for number, text in enumerate(vocabulary.tokens)
        if number in vocabulary.special or vocabulary.kinds[number] is Kind.USER_DEFINED
    ]
    tokenizer.add_tokens(added)


def _ends(vocabulary: GgufVocabulary) -> processors.TemplateProcessing:
    """What is put before and after a text."""
    first = vocabulary.text_of("bos") if vocabulary.adds_beginning else None
    last = vocabulary.text_of("eos") if vocabulary.adds_end else None
    named = {name: vocabulary.ids[role] for name, role in ((first, "bos"), (last, "eos")) if name}

    def around(sequence: str) -> list[str]:
        return [*([first] if first else []), sequence, *([last] if last else [])]

    return processors.TemplateProcessing(
        single=around("$A:0"),
        pair=[*around("$A:0"), *around("$B:1")],
        special_tokens=[(name, number) for name, number in named.items() if number is not None],
    )
