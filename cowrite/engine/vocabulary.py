"""Text to tokens and tokens to bytes, at the level of bytes.

A token need not end at the end of a character or of a word. Everything that decides what may
stand at the caret therefore works on bytes: which tokens begin with what the writer already typed
(token healing), and when a character is complete.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer

from cowrite.errors import UserError

NO_BYTE = 0xFFFF


class Vocabulary:
    """The tokens of one model. ``tokens[i]`` is what token ``i`` writes, or None for a control token."""

    def __init__(self, tokenizer: Tokenizer, tokens: list[bytes | None]) -> None:
        self._tokenizer = tokenizer
        self.tokens = tokens
        # The control tokens that the tokenizer puts before a text by itself, such as “<s>”; for many models none.
        self.beginning = _tokens_before(tokenizer)
        written = {i: text for i, text in enumerate(tokens) if text}
        self._sorted_ids = sorted(written, key=written.__getitem__)
        self._sorted_bytes = [written[i] for i in self._sorted_ids]

    @classmethod
    def load(cls, model_dir: Path) -> Vocabulary:
        """Read ``tokenizer.json``. Raises UserError if it is missing or of a kind that is not understood."""
        try:
            tokenizer = Tokenizer.from_file(str(model_dir / "tokenizer.json"))
        except Exception as error:  # the tokenizers library raises bare Exception
            raise UserError(
                "The model's tokenizer cannot be read.", "Install the model again."
            ) from error
        to_bytes = _from_byte_alphabet if _is_byte_level(tokenizer) else _from_sentencepiece
        tokens: list[bytes | None] = [None] * tokenizer.get_vocab_size(with_added_tokens=True)
        for text, i in tokenizer.get_vocab(with_added_tokens=True).items():
            tokens[i] = to_bytes(text)
        for i in tokenizer.get_added_tokens_decoder():
            tokens[i] = None
        return cls(tokenizer, tokens)

    def encode(self, text: str) -> list[int]:
        """Token ids of ``text``, without control tokens at its ends."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def bytes_of(self, token: int) -> bytes:
        """What ``token`` writes; empty for a control token."""
        return (self.tokens[token] if token < len(self.tokens) else None) or b""

    def id_of(self, token: str) -> int | None:
        """The id of the control token written ``token``, or None."""
        return self._tokenizer.token_to_id(token)

    def starting_with(self, prefix: bytes) -> list[int]:
        """Every token that can stand where ``prefix`` is already written.

        These are the tokens that begin with ``prefix`` and those that are a beginning of it, so that several tokens may
        spell it out. Never empty for a byte-level vocabulary, which has every single byte.
        """
        first = bisect_left(self._sorted_bytes, prefix)
        beyond = _next_prefix(prefix)
        last = bisect_left(self._sorted_bytes, beyond) if beyond else len(self._sorted_bytes)
        ids = self._sorted_ids[first:last]
        for length in range(1, len(prefix)):
            part = prefix[:length]
            at = bisect_left(self._sorted_bytes, part)
            while at < len(self._sorted_bytes) and self._sorted_bytes[at] == part:
                ids.append(self._sorted_ids[at])
                at += 1
        return ids


def _next_prefix(prefix: bytes) -> bytes:
    """The smallest byte string greater than every string that begins with ``prefix``; empty if there is none."""
    stripped = prefix.rstrip(b"\xff")
    return stripped[:-1] + bytes([stripped[-1] + 1]) if stripped else b""


def _is_byte_level(tokenizer: Tokenizer) -> bool:
    """Asks the parts, whose state is JSON: parsing the whole file would take longer than all the rest."""
    parts = (tokenizer.decoder, tokenizer.pre_tokenizer)
    return any(part is not None and b'"ByteLevel"' in part.__getstate__() for part in parts)


def _from_byte_alphabet(token: str) -> bytes | None:
    try:
        return token.translate(_byte_alphabet()).encode("latin-1")
    except UnicodeEncodeError:
        return None


def _from_sentencepiece(token: str) -> bytes | None:
    if len(token) == 6 and token.startswith("<0x") and token.endswith(">"):
        return bytes([int(token[3:5], 16)])
    return token.replace("▁", " ").encode()


@lru_cache(maxsize=1)
def _byte_alphabet() -> dict[int, int]:
    """The printable stand-ins for bytes used by byte-level BPE (Radford et al. 2019, GPT-2's ``bytes_to_unicode``).

    From a stand-in to its byte; what is no stand-in stays or becomes a character that is no byte.
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in set(printable)]
    alphabet = dict.fromkeys(others, NO_BYTE)
    alphabet.update({256 + position: byte for position, byte in enumerate(others)})
    return alphabet


def _tokens_before(tokenizer: Tokenizer) -> tuple[int, ...]:
    """What ``tokenizer`` puts before a text; what it puts after one is no concern of ours."""
    plain = tokenizer.encode("a", add_special_tokens=False).ids
    whole = tokenizer.encode("a", add_special_tokens=True).ids
    for at in range(len(whole) - len(plain) + 1):
        if whole[at : at + len(plain)] == plain:
            return tuple(whole[:at])
    return ()
