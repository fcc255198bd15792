"""What is held out never lies among what is trained on; pieces carry all of the text and count only what is human."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.personalize.data.examples import (
    Example,
    Examples,
    ExampleSource,
    Preference,
    Span,
    UnpairedPreference,
    continuation,
    examples_from_files,
    whole_text,
    without_drafts,
)
from cowrite.personalize.data.packing import (
    Batch,
    Piece,
    epoch_steps,
    evenly,
    pair_of,
    pieces_of,
    teaching_most,
    unpaired_of,
)
from cowrite.personalize.data.split import MOST_GATE_TOKENS, Split, tokens_to_read
from cowrite.personalize.data.split import split_by_time as divide


def count(text: str) -> int:
    return len(text.split())


def text(name: str, at_ms: int, words: int, word: str = "") -> Example:
    written = " ".join(f"{word or name}{i}" for i in range(words))
    return whole_text([Span(written, True)], ExampleSource(document=name, at_ms=at_ms))


def split_by_time(examples: Examples, count: Callable[[str], int]) -> Split:
    return divide(examples, count, least_train=4000, least_gate=5000)


def words_of(examples: list[Example]) -> list[str]:
    return [word for each in examples for word in each.text.split()]


def test_whole_documents_by_time() -> None:
    texts = [text(f"d{n}x", n, 3000) for n in range(20)]
    split = split_by_time(Examples(supervised=texts[::-1]), count)
    names = [
        [each.source.document for each in part] for part in (split.train, split.early, split.gate)
    ]
    assert names[0] + names[1] + names[2] == [each.source.document for each in texts]
    assert 0.1 <= len(names[2]) / 20 <= 0.15
    assert 0.1 <= len(names[1]) / 20 <= 0.15


@settings(max_examples=25)
@given(st.lists(st.integers(1, 40_000), min_size=1, max_size=8))
@example([1, 1, 1, 1, 1, 3996, 5999])
def test_no_word_is_lost_or_in_two_parts(sizes: list[int]) -> None:
    texts = [text(f"d{n}x", n, size) for n, size in enumerate(sizes)]
    split = split_by_time(Examples(supervised=texts), count)
    if split.too_little:
        assert not split.train
        assert sum(sizes) < 20_000
        return
    parts = [split.train, split.early, split.gate]
    every = [word for part in parts for word in words_of(part)]
    assert sum(map(len, every)) == sum(map(len, words_of(texts)))
    total = sum(sizes)
    assert sum(count(each.text) for each in split.gate) >= min(5000, total / 10) * 0.98
    assert sum(count(each.text) for each in split.train) > total * 0.3
    # Nothing that is trained on is newer than what is held out.
    newest = max(each.source.at_ms for each in split.train)
    assert all(each.source.at_ms >= newest for each in [*split.early, *split.gate])


def test_of_very_much_text_only_some_is_kept_back() -> None:
    for sizes in ([2_000_000], [5_000] * 400, [150_000] * 8):
        texts = [text(f"d{n}x", n, size) for n, size in enumerate(sizes)]
        split = split_by_time(Examples(supervised=texts), count)
        gate = sum(count(each.text) for each in split.gate)
        assert gate * 1.1 >= MOST_GATE_TOKENS
        assert gate <= 2 * MOST_GATE_TOKENS
        assert sum(count(each.text) for each in split.early) <= 2 * MOST_GATE_TOKENS


def test_one_long_document_is_divided_from_its_beginning_to_its_end() -> None:
    split = split_by_time(Examples(supervised=[text("novel", 0, 100_000)]), count)
    assert [len(part) for part in (split.train, split.early, split.gate)] == [1, 1, 1]
    train, early, gate = split.train[0], split.early[0], split.gate[0]
    assert train.source.end == early.source.start
    assert early.source.end == gate.source.start
    assert count(gate.text) == pytest.approx(12_500, rel=0.02)


def test_decisions_go_with_their_document() -> None:
    texts = [text(f"d{n}x", n, 5000) for n in range(10)]

    def decision(document: str, at_ms: int, words: str) -> Example:
        return continuation("He said ", words, ExampleSource(document=document, at_ms=at_ms))

    def preference(document: str) -> Preference:
        return Preference(
            context="A", chosen="b", rejected="c", source=ExampleSource(document=document, at_ms=0)
        )

    def verdict(document: str) -> UnpairedPreference:
        source = ExampleSource(document=document, at_ms=0)
        return UnpairedPreference(context="A", text="b", desirable=True, source=source)

    found = Examples(
        supervised=[*texts, decision("d0x", 0, "yes"), decision("d9x", 9, "no")],
        preferences=[preference("d0x"), preference("d9x")],
        unpaired=[verdict("d0x"), verdict("d9x")],
    )
    split = split_by_time(found, count)
    assert [each.learned for each in split.train if not each.is_text] == ["yes"]
    assert [each.source.document for each in split.preferences] == ["d0x"]
    assert [each.source.document for each in split.unpaired] == ["d0x"]


@pytest.mark.parametrize("document", ["novel", "an earlier name of it"])
def test_decisions_of_a_part_that_is_held_back_are_not_learned_from(document: str) -> None:
    """By their place, or by their words if they are long; a word of every page tells nothing."""
    novel = text("novel", 0, 100_000, "w")
    source = ExampleSource(document=document, at_ms=0)
    held, free = ("".join(f"w{n} " for n in range(at, at + 20)) for at in (99_000, 1_000))
    said = {"w5 ": held, "w6 ": free, held: "Since changed ", free: "Since changed "}
    found = Examples(
        supervised=[novel, *(continuation(at, words, source) for words, at in said.items())],
        preferences=[
            Preference(context=at, chosen=words, rejected="no", source=source)
            for words, at in said.items()
        ],
        unpaired=[
            UnpairedPreference(context=at, text=words, desirable=False, source=source)
            for words, at in said.items()
        ],
    )
    split = split_by_time(found, count)
    allowed = ["w6 ", free]
    assert [each.learned for each in split.train if not each.is_text] == allowed
    assert [each.chosen for each in split.preferences] == allowed
    assert [each.text for each in split.unpaired] == allowed


def test_too_little_is_said() -> None:
    split = split_by_time(Examples(supervised=[text("note", 0, 900)]), count)
    assert "about 700 words" in split.too_little
    assert "about 7,500 are needed" in split.too_little
    assert not split.train
    less = divide(
        Examples(supervised=[text("note", 0, 900)]), count, least_train=400, least_gate=400
    )
    assert not less.too_little
    assert count(less.gate[0].text) == pytest.approx(400, rel=0.05)


def test_of_drafts_the_newest_stays() -> None:
    old, other = text("old", 1, 500, "w"), text("other", 2, 500, "v")
    new = whole_text(
        [Span(old.text + " and more of it", True)], ExampleSource(document="new", at_ms=3)
    )
    decision = continuation("A ", "b", ExampleSource(document="old", at_ms=1))
    kept = without_drafts([old, other, new, decision])
    assert kept == [other, new, decision]


def test_a_part_of_an_older_text_is_a_draft_of_it_too() -> None:
    """An earlier version that was looked at again for a moment is the newest text, and no other text."""
    book = text("book", 1, 900, "w")
    words = book.text.split()
    part = whole_text(
        [Span(" ".join(words[:300]) + " oh", True)], ExampleSource(document="part", at_ms=2)
    )
    assert without_drafts([book, part]) == [book]
    most = whole_text([Span(" ".join(words[:600]), True)], ExampleSource(document="most", at_ms=2))
    assert without_drafts([book, most]) == [most]


def test_a_text_that_repeats_itself_is_left_out() -> None:
    said = " ".join(f"w{i}" for i in range(200))
    twice = whole_text([Span(f"{said} {said}", True)], ExampleSource(document="twice", at_ms=1))
    often = whole_text(
        [Span(f"{said} {said} {said}", True)], ExampleSource(document="often", at_ms=2)
    )
    assert [each.source.document for each in without_drafts([twice])] == ["twice"]
    assert without_drafts([often]) == []


# --- pieces ---


@pytest.fixture(scope="module")
def words(tiny_model_dir: Path) -> Vocabulary:
    return Vocabulary.load(tiny_model_dir)


SOURCE = ExampleSource(document="d", at_ms=0)


def test_only_what_a_human_wrote_counts(words: Vocabulary) -> None:
    spans = [
        Span("The old lighthouse", True),
        Span(" stood on the hill", False),
        Span(" above — 😀.", True),
    ]
    (piece,) = pieces_of(whole_text(spans, SOURCE), words, [0], 512)
    learned = b"".join(words.bytes_of(piece.ids[i]) for i in piece.learned).decode()
    assert learned == "The old lighthouse above — 😀."
    assert 0 not in piece.learned


def test_a_long_text_is_read_in_pieces_without_a_gap(words: Vocabulary) -> None:
    example = whole_text([Span("She had not been to the town. " * 50, True)], SOURCE)
    pieces = list(pieces_of(example, words, [0], 32))
    joined = [token for piece in pieces for token in piece.ids]
    assert joined[1:] == words.encode(example.text)
    assert all(len(piece.ids) <= 32 for piece in pieces)
    assert len(evenly(pieces, 64)) == 2


def test_a_decision_keeps_the_end_of_its_context(words: Vocabulary) -> None:
    example = continuation("word " * 300, "stood on the hill", SOURCE, 0.3)
    (piece,) = pieces_of(example, words, [], 64)
    assert len(piece.ids) <= 64
    written = b"".join(words.bytes_of(piece.ids[i]) for i in piece.learned).decode()
    assert written.strip() == "stood on the hill"
    assert piece.weight == 0.3


def test_both_sides_of_a_pair_share_their_context(words: Vocabulary) -> None:
    preference = Preference(
        context="The old " * 60, chosen="light", rejected="hill was", source=SOURCE
    )
    pair = pair_of(preference, words, [0], 64)
    assert pair is not None
    for piece, said in ((pair.chosen, "light"), (pair.rejected, "hill was")):
        assert len(piece.ids) <= 64
        assert b"".join(words.bytes_of(piece.ids[i]) for i in piece.learned).decode().endswith(said)
    same = Preference(context="The ", chosen="old", rejected="old", source=SOURCE)
    assert pair_of(same, words, [0], 64) is None


def test_a_verdict_is_about_the_suggestion_alone(words: Vocabulary) -> None:
    wanted = UnpairedPreference(
        context="The old " * 60, text="light", desirable=True, source=SOURCE
    )
    found = unpaired_of(wanted, words, [0], 64)
    assert found is not None
    assert found.desirable
    piece = found.suggestion
    assert len(piece.ids) <= 64
    assert b"".join(words.bytes_of(piece.ids[i]) for i in piece.learned).decode().strip() == "light"
    assert unpaired_of(replace(wanted, text=""), words, [0], 64) is None
    assert unpaired_of(replace(wanted, context=""), words, [], 64) is None


@given(st.integers(1, 5), st.integers(8, 64), st.integers(64, 200))
def test_an_epoch_reads_every_piece_once(epoch: int, micro: int, batch: int) -> None:
    from cowrite.personalize.data.packing import Piece

    pieces = [Piece(tuple(range(n % 7 + 2)), (1,), float(n)) for n in range(50)]
    wishes = {"seed": 3, "epoch": epoch, "micro_tokens": micro, "batch_tokens": batch}
    steps = epoch_steps(pieces, **wishes)
    assert steps == epoch_steps(pieces, **wishes)
    flat = [piece for step in steps for micro_batch in step for piece in micro_batch]
    assert sorted(flat, key=lambda p: p.weight) == pieces
    for step in steps:
        assert sum(len(p.ids) for micro_batch in step for p in micro_batch) <= max(batch, micro)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    from cowrite.base.errors import UserError

    (tmp_path / "a.txt").write_bytes(b"\x00\x01" * 100)
    with pytest.raises(UserError, match=r"a\.txt is not a text file"):
        examples_from_files([tmp_path / "a.txt"])
    with pytest.raises(UserError, match=r"There is no file .*b\.txt"):
        examples_from_files([tmp_path / "b.txt"])


@given(
    st.lists(st.tuples(st.integers(2, 50), st.integers(1, 50), st.floats(0.1, 1)), max_size=20),
    st.integers(0, 300),
)
def test_of_decisions_those_that_teach_most_are_read(
    shapes: list[tuple[int, int, float]], most: int
) -> None:
    pieces = [
        Piece(tuple(range(size)), tuple(range(1, min(size, learned + 1))), weight)
        for size, learned, weight in shapes
    ]
    chosen = teaching_most(pieces, most)
    assert sum(len(piece.ids) for piece in chosen) <= most
    assert [piece for piece in pieces if piece in chosen] == chosen or len(set(pieces)) < len(
        pieces
    )
    if sum(len(piece.ids) for piece in pieces) <= most:
        assert chosen == pieces
    if pieces and chosen and len(chosen) < len(pieces):
        worth = [piece.weight * len(piece.learned) / len(piece.ids) for piece in pieces]
        best = pieces[worth.index(max(worth))]
        assert best in chosen or len(best.ids) > most


def test_decisions_are_not_read_more_than_a_quarter_of_the_texts() -> None:
    novel = text("novel", 0, 1000)
    decision = continuation("word " * 100, "end", ExampleSource(document="novel", at_ms=0))
    assert tokens_to_read([novel], count) == count(novel.text)
    with_one = tokens_to_read([novel, decision], count)
    assert with_one == count(novel.text) + count(decision.text)
    assert tokens_to_read([novel, *[decision] * 100], count) == round(1.25 * count(novel.text))


def test_kept_words_count_a_little_and_not_in_the_judgement(words: Vocabulary) -> None:
    spans = [
        Span("She went to the town", True),
        Span(" on the hill", False, 0.3),
        Span(" .", False),
    ]
    (piece,) = pieces_of(whole_text(spans, SOURCE), words, [0], 64, 0.5)
    told = {
        words.bytes_of(piece.ids[place]).decode(): weight
        for place, weight in zip(piece.learned, piece.weights, strict=True)
    }
    assert told[" hill"] == pytest.approx(0.15)
    assert told[" town"] == 0.5
    assert {round(weight, 3) for weight in told.values()} == {0.5, 0.15}
    batch = Batch.of([piece], torch.device("cpu"))
    torch.testing.assert_close(batch.weights, torch.tensor(piece.weights))

    novel = replace(text("novel", 0, 100_000), spans=(Span("w " * 100_000, False, 0.3),))
    split = split_by_time(Examples(supervised=[novel]), count)
    assert [part[0].spans[0].kept for part in (split.train, split.early, split.gate)] == [0.3, 0, 0]
