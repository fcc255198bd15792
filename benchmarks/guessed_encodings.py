"""How often the encoding of a text that does not say it is told: right, said to be unsure, or wrong without a word.

Texts of one line to a few pages are made of sentences in ``texts/sentences.json``; right means that every character is.
"""

from __future__ import annotations

import importlib
import json
import random
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from _common import Report, Row, make_parser

from cowrite.base.errors import UserError
from cowrite.documents.text_codec import decode, encode

SENTENCES = Path(__file__).resolve().parent / "texts" / "sentences.json"
SIZES = (1, 1, 2, 3, 4, 6, 10, 14, 20, 30, 45, 60, 90, 120, 200)
"""Sentences in each text of an encoding; the longest are about six pages."""
USUAL = (
    ("Russian", "cp1251"),
    ("Ukrainian", "cp1251"),
    ("Greek", "cp1253"),
    ("Polish", "cp1250"),
    ("Czech", "iso8859_2"),
    ("Hungarian", "cp1250"),
    ("Turkish", "cp1254"),
    ("French", "cp1252"),
    ("German", "cp1252"),
    ("Spanish", "latin_1"),
    ("Hebrew", "cp1255"),
    ("Arabic", "cp1256"),
    ("Thai", "tis_620"),
    ("Vietnamese", "cp1258"),
    ("Japanese", "shift_jis"),
    ("Japanese", "euc_jp"),
    ("Japanese", "iso2022_jp"),
    ("Korean", "euc_kr"),
    ("Simplified Chinese", "gb18030"),
    ("Traditional Chinese", "big5"),
)
FURTHER = (
    ("Russian", "koi8_r"),
    ("Russian", "cp866"),
    ("Russian", "iso8859_5"),
    ("Russian", "mac_cyrillic"),
    ("Russian", "utf_16_le"),
    ("Ukrainian", "koi8_u"),
    ("Greek", "iso8859_7"),
    ("Polish", "iso8859_2"),
    ("Polish", "cp852"),
    ("Czech", "cp1250"),
    ("Turkish", "iso8859_9"),
    ("French", "iso8859_15"),
    ("French", "mac_roman"),
    ("German", "cp850"),
    ("German", "utf_16_be"),
    ("Spanish", "cp437"),
    ("Hebrew", "iso8859_8"),
    ("Japanese", "utf_16_le"),
    ("Korean", "cp949"),
    ("Simplified Chinese", "gbk"),
)
LIBRARIES = ("chardet", "charset_normalizer", "cchardet")
_PLAIN = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "’": "'", "–": "-", "—": "-", "«": '"', "»": '"'}
    | {"œ": "oe", "¡": "", "¿": ""}
)
_TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(slots=True)
class Count:
    """Of the texts in one encoding."""

    texts: int = 0
    right: int = 0
    unsure: int = 0
    wrong_and_sure: int = 0
    changed: int = 0  # not written back as they were

    def add(self, other: Count) -> None:
        """Count those too."""
        self.texts += other.texts
        self.right += other.right
        self.unsure += other.unsure
        self.wrong_and_sure += other.wrong_and_sure
        self.changed += other.changed


def main() -> None:
    """Count and print."""
    parser = make_parser(__doc__ or "", uses_model=False)
    parser.add_argument("--seed", type=int, default=1, help="which texts are made (default: 1)")
    parser.add_argument("--further", action="store_true", help="less usual encodings instead")
    parser.add_argument(
        "--by",
        choices=["cowrite", *LIBRARIES],
        default="cowrite",
        help="what tells: Cowrite (the default) or a library alone, which must be installed; it is never unsure",
    )
    arguments = parser.parse_args()
    sentences = json.loads(SENTENCES.read_text("utf-8"))
    total = Count()
    rows: list[Row] = []
    started = time.perf_counter()
    for language, encoding in FURTHER if arguments.further else USUAL:
        texts = list(texts_in(sentences[language], language, encoding, arguments.seed))
        count = count_texts(texts) if arguments.by == "cowrite" else count_by(arguments.by, texts)
        total.add(count)
        rows.append(_row(f"{language}, {encoding}", count))
    spent_ms = 1000 * (time.perf_counter() - started) / total.texts
    rows += [
        _row("all", total),
        ("right, %", 100 * total.right / total.texts, ">= 97"),
        ("said to be unsure, %", 100 * total.unsure / total.texts, ""),
        ("wrong and sure, %", 100 * total.wrong_and_sure / total.texts, ""),
        ("not written back byte for byte, texts", total.changed, "0"),
        ("time for each text, ms", spent_ms, ""),
    ]
    Report(
        title="The encoding of texts that do not say it",
        rows=rows,
        notes=("Of each line: right / said to be unsure / wrong and sure / texts.",),
    ).show(arguments.json)


def count_texts(texts: list[tuple[str, bytes]]) -> Count:
    """How each text, given with its bytes, is read."""
    count = Count(texts=len(texts))
    for text, data in texts:
        try:
            decoded = decode(data)
        except UserError:
            count.unsure += 1
            continue
        is_right = decoded.text == text.replace("\r\n", "\n")
        is_sure = decoded.format.certainty.value != "unsure"
        count.right += is_right
        count.unsure += not is_sure
        count.wrong_and_sure += is_sure and not is_right
        count.changed += encode(decoded.text, decoded.format) != data
    return count


def count_by(library: str, texts: list[tuple[str, bytes]]) -> Count:
    """The same by a library alone."""
    detect = importlib.import_module(library).detect
    count = Count(texts=len(texts))
    for text, data in texts:
        try:
            is_right = data.decode(str(detect(data)["encoding"])) == text
        except (UnicodeDecodeError, LookupError):
            is_right = False
        count.right += is_right
        count.wrong_and_sure += not is_right
    return count


def texts_in(
    sentences: list[str], language: str, encoding: str, seed: int
) -> Iterator[tuple[str, bytes]]:
    """Texts of each of :data:`SIZES` sentences, and their bytes."""
    for number, size in enumerate(SIZES):
        chance = random.Random(f"{seed} {language} {encoding} {number}")
        fitting = [text for text in sentences if not _fitted(text, encoding).isascii()]
        chosen = [chance.choice(fitting) for _ in range(size)]
        if size <= len(fitting):
            chosen = chance.sample(fitting, size)
        text = _fitted(chance.choice([" ", "\n", "\r\n", "\n\n"]).join(chosen), encoding)
        yield text, text.encode(encoding)


def _fitted(text: str, encoding: str) -> str:
    """``text`` with only what the encoding has a place for."""
    if encoding == "cp1258":
        text = "".join(map(_with_tone_apart, text))
    return "".join(each if _has_place(each, encoding) else each.translate(_PLAIN) for each in text)


def _with_tone_apart(character: str) -> str:
    parts = unicodedata.normalize("NFD", character)
    letter = "".join(part for part in parts if part not in _TONES)
    return unicodedata.normalize("NFC", letter) + "".join(p for p in parts if p in _TONES)


def _has_place(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _row(name: str, count: Count) -> Row:
    figures = (count.right, count.unsure, count.wrong_and_sure, count.texts)
    return name, " / ".join(map(str, figures)), ""


if __name__ == "__main__":
    main()
