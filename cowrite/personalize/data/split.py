"""Which texts are learned from, which stop the training early, and which are kept back for the evaluation.

Whole documents, by time: the newest for the gate, the ones before it for early stopping. Where one document is most of
everything, its own parts take these roles, from its beginning to its end. Never windows at random: what stands beside a
held-out window tells too much of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from cowrite.localization import sentences, tr, trn
from cowrite.personalize.data.examples import (
    Example,
    Examples,
    Preference,
    Span,
    UnpairedPreference,
)

GATE_SHARE, EARLY_SHARE = 0.125, 0.1
MOST_GATE_SHARE = 0.25
# More would tell nothing new, and on a processor every 10,000 tokens of the evaluation take minutes.
MOST_GATE_TOKENS, MOST_EARLY_TOKENS = 20_000, 10_000
WORDS_PER_TOKEN = 0.75
# A decision costs its context too, some hundred tokens for a few that count. So much of them is read, as a share of the
# texts: with all of them, a run would be over before the texts of a writer who takes much were read.
DECISIONS_SHARE = 0.25
# So much of what stands before a decision tells where it was made.
PLACE_CHARACTERS, TELLING_CHARACTERS = 40, 20


@dataclass(slots=True)
class Split:
    """Three lists of examples, and what was preferred and wanted in what is trained on.

    ``too_little`` is a sentence, or empty.
    """

    train: list[Example] = field(default_factory=list)
    early: list[Example] = field(default_factory=list)
    gate: list[Example] = field(default_factory=list)
    preferences: list[Preference] = field(default_factory=list)
    unpaired: list[UnpairedPreference] = field(default_factory=list)
    too_little: str = ""


def split_by_time(
    examples: Examples, count: Callable[[str], int], *, least_train: int, least_gate: int
) -> Split:
    """Divide ``examples``; ``count`` tells how many tokens a text has, the others how many each part needs."""
    texts = sorted((e for e in examples.supervised if e.is_text), key=lambda e: e.source.at_ms)
    sizes = [count(text.text) for text in texts]
    total = sum(sizes)
    gate_tokens = min(MOST_GATE_TOKENS, max(least_gate, round(GATE_SHARE * total)))
    early_tokens = min(MOST_EARLY_TOKENS, round(EARLY_SHARE * total))
    if total - gate_tokens - early_tokens < least_train:
        needed = (least_train + least_gate) / (1 - EARLY_SHARE)
        return Split(too_little=_too_little(total, needed, len(examples.repeats)))
    split = Split()
    rest = list(zip(texts, sizes, strict=True))
    most = max(gate_tokens, min(2 * MOST_GATE_TOKENS, round(MOST_GATE_SHARE * total)))
    split.gate = _newest(rest, gate_tokens, most)
    # Not much more than that, or of few texts nothing would be left to train on.
    split.early = _newest(rest, early_tokens, round(1.5 * early_tokens))
    split.gate, split.early = ([_own(text) for text in part] for part in (split.gate, split.early))
    split.train = [text for text, _ in rest]
    _give_out_decisions(examples, split)
    return split


def tokens_to_read(examples: Sequence[Example], count: Callable[[str], int]) -> int:
    """How many tokens of ``examples`` are read, once, by and large."""
    texts = sum(count(each.text) for each in examples if each.is_text)
    decisions = sum(count(each.text) for each in examples if not each.is_text)
    return texts + min(decisions, round(DECISIONS_SHARE * texts))


def _newest(rest: list[tuple[Example, int]], wanted: int, most: int) -> list[Example]:
    """Take ``wanted`` tokens from the end of ``rest``: whole texts as long as they are not more than ``most``."""
    taken: list[Example] = []
    while wanted > 0 and rest:
        text, size = rest.pop()
        if size <= most:
            taken.insert(0, text)
            wanted -= size
            most -= size
            if most < wanted:
                most = wanted
            continue
        before, after = _cut(text, 1 - wanted / size)
        rest.append((before, size - wanted))
        taken.insert(0, after)
        break
    return taken


def _cut(example: Example, share: float) -> tuple[Example, Example]:
    """``example`` up to about ``share`` of its characters, and what follows; between paragraphs if there are any."""
    text = example.text
    at = round(share * len(text))
    paragraph = text.find("\n", at)
    if 0 <= paragraph < at + len(text) // 50:
        at = paragraph + 1
    source, start = example.source, example.source.start
    first = replace(example, spans=_part(example, 0, at), source=replace(source, end=start + at))
    last = replace(
        example,
        spans=_part(example, at, len(text)),
        source=replace(source, start=start + at, end=start + len(text)),
    )
    return first, last


def _own(example: Example) -> Example:
    """Only what the writer wrote stops the training or judges it."""
    return replace(example, spans=tuple(replace(span, kept=0.0) for span in example.spans))


def _part(example: Example, start: int, end: int) -> tuple[Span, ...]:
    spans, at = [], 0
    for span in example.spans:
        piece = span.text[max(0, start - at) : max(0, end - at)]
        if piece:
            spans.append(Span(piece, span.learns, span.kept))
        at += len(span.text)
    return tuple(spans)


def _give_out_decisions(examples: Examples, split: Split) -> None:
    """All decisions but those of what is held back: of a whole document, or of a part of one.

    They are of such a part if what stood before them stands there, under whatever name, or they themselves, unless they
    are so short that they may stand anywhere: a refused suggestion never got into the text, and a short one may be a
    word of every page.
    """
    held = [*split.gate, *split.early]
    held_text = "\n".join(each.text for each in held)
    trained = {text.source.document for text in split.train}
    held_whole = {text.source.document for text in held} - trained

    def may_train(document: str, *told: str) -> bool:
        return document not in held_whole and not any(
            len(words) >= TELLING_CHARACTERS and words in held_text
            for words in map(str.strip, told)
        )

    for each in examples.supervised:
        place = each.spans[0].text[-PLACE_CHARACTERS:]
        if not each.is_text and may_train(each.source.document, each.learned, place):
            split.train.append(each)
    for wish in examples.preferences:
        place = wish.context[-PLACE_CHARACTERS:]
        if may_train(wish.source.document, wish.chosen, wish.rejected, place):
            split.preferences.append(wish)
    for single in examples.unpaired:
        place = single.context[-PLACE_CHARACTERS:]
        if may_train(single.source.document, single.text, place):
            split.unpaired.append(single)


def _too_little(total: int, needed: float, repeats: int) -> str:
    if total:
        said = tr(
            "There are about {words} words of yours to learn from so far; about {needed} are needed.",
            words=_words(total),
            needed=_words(needed),
        )
    else:
        said = tr(
            "There are no words of yours to learn from so far; about {needed} are needed.",
            needed=_words(needed),
        )
    if not repeats:
        return said
    skipped = trn(
        "One text was skipped because it mostly repeats itself or another.",
        "{count} texts were skipped because they mostly repeat themselves or others.",
        repeats,
    )
    return sentences(said, skipped)


def _words(tokens: float) -> str:
    return f"{round(tokens * WORDS_PER_TOKEN, -2):,.0f}"
