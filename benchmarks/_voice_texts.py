"""What a model writes for the voice line: on from openings, on from passages of authors, and those passages again.

Written by transformers, many at a time, from seeds; kept in a file of one JSON object a line, so that nothing is
written twice.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from _common import ROOT

sys.path.insert(0, str(ROOT))

from cowrite.markdown.kinds import is_markdown
from cowrite.voice.chapters import Chapter, chapters

BOOKS = {
    "austen": ("emma.txt", "persuasion.txt"),
    "twain": ("roughing_it.txt", "life_on_the_mississippi.txt"),
    "chesterton": ("heretics.txt", "whats_wrong_with_the_world.txt"),
    "devault": ("blog_2018_2019.txt", "blog_2020.txt"),
}
"""Of each author the book that is taken for the writer's own texts, and the one that is read."""
NEUTRAL, HELD_OUT = "neutral", "held out"
PASSAGES = 20
"""Of each book, for each kind of writing."""
TOKENS = 165
"""About 120 words."""
_PASSAGE_WORDS = range(60, 161)
_AT_A_TIME = 20
_REWRITE = "Rewrite the following passage. Keep its meaning.\n\n"
_PAGE = "Write a page of prose that begins with these words:\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """``text`` was written for ``prompt``. ``book`` is a file of an author's, or NEUTRAL or HELD_OUT."""

    book: str
    kind: str
    temperature: float
    prompt: str
    text: str

    @property
    def paragraphs(self) -> list[str]:
        """Its lines that say something."""
        return [line for line in self.text.split("\n") if any(map(str.isalpha, line))]


@dataclass(frozen=True, slots=True)
class _Order:
    book: str
    kind: str
    temperature: float
    prompts: tuple[str, ...]


def book_chapters(corpora: Path, author: str, book: str) -> list[Chapter]:
    """The chapters of a book. Raises OSError."""
    path = corpora / author / book
    markdown = is_markdown(path) or author == "devault"
    return chapters(path.read_text("utf-8"), markdown=markdown)


def written_texts(corpora: Path, file: Path, model_dir: Path | None) -> list[Written]:
    """All of them: what is in ``file``, and what ``model_dir`` has to write first; without it, only what is there."""
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    there = [Written(**json.loads(line)) for line in lines]
    known = {(each.book, each.kind, each.temperature) for each in there}
    missing = [
        order
        for order in _orders(corpora)
        if (order.book, order.kind, order.temperature) not in known
    ]
    if missing and model_dir is not None:
        writer = _Writer(model_dir)
        with file.open("a", encoding="utf-8") as out:
            for order in missing:
                print(f"{order.book}: {order.kind} at {order.temperature:g}", file=sys.stderr)
                for prompt, text in zip(order.prompts, writer.write(order), strict=True):
                    new = Written(
                        book=order.book,
                        kind=order.kind,
                        temperature=order.temperature,
                        prompt=prompt,
                        text=text,
                    )
                    there.append(new)
                    out.write(json.dumps(asdict(new), ensure_ascii=False) + "\n")
                out.flush()
    return there


def _orders(corpora: Path) -> Iterator[_Order]:
    texts = ROOT / "benchmarks" / "texts"
    openings = _lines(texts / "voice_openings.txt")
    for temperature in (0.8, 0.0, 0.7, 1.0):
        yield _Order(NEUTRAL, "continue", temperature, openings)
    yield _Order(NEUTRAL, "answer", 0.7, openings)
    for author, books in BOOKS.items():
        for seed, book in enumerate(books):
            passages = _passages((corpora / author / book).read_text("utf-8"), 2 - seed)
            cuts = [passages[n * PASSAGES : (n + 1) * PASSAGES] for n in range(3)]
            yield _Order(book, "continue", 0.0, cuts[0])
            yield _Order(book, "continue", 0.8, cuts[1])
            yield _Order(book, "rewrite", 0.7, cuts[2])
    for temperature in (0.4, 0.8, 1.2):
        yield _Order(HELD_OUT, "continue", temperature, _lines(texts / "voice_held_out.txt"))


def _lines(path: Path) -> tuple[str, ...]:
    return tuple(line for line in path.read_text("utf-8").splitlines() if line.strip())


def _passages(text: str, seed: int) -> tuple[str, ...]:
    """Paragraphs of fit length, drawn by ``seed``."""
    fit = [
        paragraph
        for paragraph in re.split(r"\n\s*\n", text)
        if len(paragraph.split()) in _PASSAGE_WORDS
        and paragraph.strip()[0].isalpha()
        and "http" not in paragraph
        and "```" not in paragraph
    ]
    return tuple(random.Random(seed).sample(fit, min(3 * PASSAGES, len(fit))))


class _Writer:
    """A model of a folder, by transformers on the processor."""

    def __init__(self, model_dir: Path) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self._torch: Any = torch
        self._tokenizer: Any = AutoTokenizer.from_pretrained(model_dir, padding_side="left")
        self._model: Any = AutoModelForCausalLM.from_pretrained(
            model_dir, dtype=torch.float32
        ).eval()

    def write(self, order: _Order) -> list[str]:
        """A text for each prompt; the same ones each time on one machine."""
        prompts = [self._put(order.kind, each) for each in order.prompts]
        found: list[str] = []
        for first in range(0, len(prompts), _AT_A_TIME):
            batch = self._tokenizer(
                prompts[first : first + _AT_A_TIME],
                return_tensors="pt",
                padding=True,
                add_special_tokens=False,
            )
            self._torch.manual_seed(first + int(100 * order.temperature))
            draw = (
                {"do_sample": True, "temperature": order.temperature, "top_k": 0}
                if order.temperature
                else {"do_sample": False}
            )
            with self._torch.inference_mode():
                made = self._model.generate(**batch, max_new_tokens=TOKENS, **draw)
            new = made[:, batch["input_ids"].shape[1] :]
            found += self._tokenizer.batch_decode(new, skip_special_tokens=True)
        return found

    def _put(self, kind: str, prompt: str) -> str:
        if kind == "continue":
            return prompt
        asked = (_REWRITE if kind == "rewrite" else _PAGE) + prompt
        conversation = [{"role": "user", "content": asked}]
        said: str = self._tokenizer.apply_chat_template(
            conversation, tokenize=False, add_generation_prompt=True
        )
        return said
