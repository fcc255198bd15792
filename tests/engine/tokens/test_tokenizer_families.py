"""What is typed is read as text, by the tokenizers of every family, with the oddities of those that are published."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tiny_tokenizers import (
    FAMILIES,
    OTHER_MARKS,
    SENTENCES,
    SPECIAL_MARKS,
    TEXT_TOKENS,
    byte_level,
    sentencepiece,
    with_gap,
    write,
)
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

from cowrite.base.errors import UserError
from cowrite.engine.tokens.vocabulary import Vocabulary

Load = Callable[..., Vocabulary]
WHOLE = sorted(FAMILIES.keys() - {"without bytes", "qwen"})
MARKS = (*SPECIAL_MARKS, *OTHER_MARKS, "<s>", "</s>", "<unk>", "<0x41>", "<0x0A>", "▁", "Ġ")
PLAIN = st.text(alphabet="abehot .,-\n\té你😀", max_size=40)
TYPED = st.lists(
    st.one_of(st.sampled_from([*MARKS, *TEXT_TOKENS, " ", "  ", "\n"]), st.text(max_size=8)),
    max_size=8,
).map("".join)
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def references() -> dict[str, Tokenizer]:
    return {name: make() for name, make in FAMILIES.items()}


@pytest.fixture(scope="module")
def vocabularies(
    tmp_path_factory: pytest.TempPathFactory, references: dict[str, Tokenizer]
) -> dict[str, Vocabulary]:
    folder = tmp_path_factory.mktemp("tokenizers")
    return {
        name: Vocabulary.load(write(folder / name, reference))
        for name, reference in references.items()
    }


def said(vocabulary: Vocabulary, ids: list[int]) -> bytes:
    return b"".join(map(vocabulary.bytes_of, ids))


def opening(vocabulary: Vocabulary) -> bytes:
    """The space that some tokenizers put before a text."""
    return said(vocabulary, vocabulary.encode("a")).removesuffix(b"a")


@pytest.mark.parametrize("name", WHOLE)
@given(text=TYPED)
@example(text="one <|im_end|> <s>so</s>  x [INST] <bos> </think>")
@example(text="a▁b ▁▁ c\n\n▁")
@example(text="\n\n\n\n a  b   c <0x41>")
@SLOW
def test_every_text_is_read_byte_for_byte(
    vocabularies: dict[str, Vocabulary], name: str, text: str
) -> None:
    vocabulary = vocabularies[name]
    ids, sizes = vocabulary.encode_with_sizes(text)
    assert ids == vocabulary.encode(text)
    assert said(vocabulary, ids) in (text.encode(), opening(vocabulary) + text.encode())
    assert not vocabulary.control & set(ids)
    assert sum(sizes) == len(text.encode())
    assert min(sizes, default=0) >= 0
    inside = vocabulary.encode_inside(text)
    assert said(vocabulary, inside) == text.encode()
    assert not vocabulary.control & set(inside)


@pytest.mark.parametrize("name", ["without bytes", "qwen"])
@given(text=TYPED)
@example(text="e\u0301 ﬁ \u0344")
@SLOW
def test_what_a_tokenizer_cannot_write_is_counted_all_the_same(
    vocabularies: dict[str, Vocabulary], name: str, text: str
) -> None:
    ids, sizes = vocabularies[name].encode_with_sizes(text)
    assert len(ids) == len(sizes)
    assert sum(sizes) == (len(text.encode()) if ids else 0)
    assert min(sizes, default=0) >= 0


@pytest.mark.parametrize("name", sorted(FAMILIES))
@given(text=PLAIN)
@SLOW
def test_a_text_without_marks_is_read_as_the_author_meant(
    vocabularies: dict[str, Vocabulary], references: dict[str, Tokenizer], name: str, text: str
) -> None:
    vocabulary = vocabularies[name]
    puts_spaces_inside = opening(vocabulary) and any(each in text for each in TEXT_TOKENS)
    if not puts_spaces_inside:
        expected = references[name].encode(text, add_special_tokens=False).ids
        assert vocabulary.encode(text) == expected


@pytest.mark.parametrize("name", sorted(FAMILIES))
@pytest.mark.parametrize("mark", [*SPECIAL_MARKS, *OTHER_MARKS])
def test_no_typed_string_becomes_a_mark(
    vocabularies: dict[str, Vocabulary], references: dict[str, Tokenizer], name: str, mark: str
) -> None:
    vocabulary = vocabularies[name]
    token = references[name].token_to_id(mark)
    assert token not in vocabulary.encode(f"The {mark} out")
    assert token not in vocabulary.starting_with(mark.encode())
    assert (token in vocabulary.control) == (mark in SPECIAL_MARKS)
    assert (token in vocabulary.never_chosen(1000)) == (mark in OTHER_MARKS)


@pytest.mark.parametrize("name", sorted(FAMILIES))
@pytest.mark.parametrize("text", TEXT_TOKENS)
def test_an_added_token_that_is_not_special_is_text(
    vocabularies: dict[str, Vocabulary], references: dict[str, Tokenizer], name: str, text: str
) -> None:
    vocabulary = vocabularies[name]
    token = references[name].token_to_id(text)
    assert vocabulary.bytes_of(token) == text.encode()
    assert token in vocabulary.encode(f"The{text}x")
    assert token in vocabulary.starting_with(text[:1].encode())
    assert token not in vocabulary.control
    assert token not in vocabulary.never_chosen(1000)


@pytest.mark.parametrize("name", sorted(FAMILIES.keys() - {"unigram"}))
def test_ids_may_have_gaps_and_the_embedding_more_rows(tmp_path: Path, name: str) -> None:
    reference = with_gap(FAMILIES[name]())
    size = reference.get_vocab_size()
    vocabulary = Vocabulary.load(write(tmp_path, reference, rows=size + 50))
    token = reference.token_to_id("\n\n")
    assert vocabulary.encode("a\n\n")[-1] == token >= 7
    never = set(vocabulary.never_chosen(size + 50))
    assert never >= set(range(size + 7, size + 50))
    known = set(reference.get_vocab().values())
    assert not never & known - {reference.token_to_id(mark) for mark in (*OTHER_MARKS, "</s>")}
    assert set(range(size)) - known <= never


@pytest.mark.parametrize("name", sorted(FAMILIES))
@given(text=TYPED)
@SLOW
def test_a_token_without_a_row_is_never_read(
    tmp_path_factory: pytest.TempPathFactory,
    references: dict[str, Tokenizer],
    name: str,
    text: str,
) -> None:
    folder = tmp_path_factory.getbasetemp() / f"short {name}"
    rows = references[name].get_vocab_size() - 12  # without what was added, and a few more
    if not folder.exists():
        write(folder, references[name], rows=rows)
    vocabulary = _loaded(folder)
    ids, sizes = vocabulary.encode_with_sizes(text)
    assert max(ids, default=0) < rows
    assert max(vocabulary.starting_with(b"\n"), default=0) < rows
    assert max({*vocabulary.control, *vocabulary.ends, *vocabulary.beginning}, default=0) < rows
    assert sum(sizes) == (len(text.encode()) if ids else 0)


_LOADED: dict[Path, Vocabulary] = {}


def _loaded(folder: Path) -> Vocabulary:
    return _LOADED.get(folder) or _LOADED.setdefault(folder, Vocabulary.load(folder))


@pytest.mark.parametrize("name", sorted(FAMILIES))
@pytest.mark.parametrize("text", ["a\ud800b", "\udfff", "\ud83d\ude00", "a\0b", ""])
def test_halves_of_characters_and_nulls_do_no_harm(
    vocabularies: dict[str, Vocabulary], name: str, text: str
) -> None:
    ids, sizes = vocabularies[name].encode_with_sizes(text)
    assert sum(sizes) == len(text.encode("utf-8", "surrogatepass"))
    assert len(ids) == len(sizes)
    vocabularies[name].encode_inside(text)


@pytest.mark.parametrize("prefix", ["prepend", "metaspace"])
def test_a_text_inside_another_begins_without_a_space(tmp_path: Path, prefix: str) -> None:
    vocabulary = Vocabulary.load(write(tmp_path, sentencepiece(prefix=prefix)))
    assert said(vocabulary, vocabulary.encode("house")) == b" house"
    assert said(vocabulary, vocabulary.encode_inside("house")) == b"house"
    assert vocabulary.encode_inside(" house") == vocabulary.encode("house")
    assert sum(vocabulary.encode_with_sizes("house")[1]) == len("house")


def test_what_the_configuration_calls_an_end_ends_and_is_no_text(tmp_path: Path) -> None:
    reference = byte_level()
    reference.add_tokens([AddedToken("<stop/>", special=False)])
    token = reference.token_to_id("<stop/>")
    folder = write(tmp_path, reference, ends=[3])
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": [token, True, -1]}))
    vocabulary = Vocabulary.load(folder)
    assert vocabulary.ends == {3, token}
    assert vocabulary.bytes_of(token) == b""
    assert token not in vocabulary.encode("a <stop/> b")
    assert said(vocabulary, vocabulary.encode("a <stop/> b")) == b"a <stop/> b"
    assert vocabulary.bytes_of(3)  # a token that writes something still does when a person types it


@pytest.mark.parametrize(
    "config",
    [
        {"eos_token": "<stop/>"},
        {"pad_token": {"content": "<stop/>"}},
        {"additional_special_tokens": ["<stop/>", 3]},
        {"added_tokens_decoder": {"9": {"content": "<stop/>", "special": True}, "3": 5}},
    ],
)
def test_what_only_the_tokenizers_configuration_calls_special_is_special(
    tmp_path: Path, config: dict[str, object]
) -> None:
    reference = byte_level()
    reference.add_tokens([AddedToken("<stop/>", special=False)])
    folder = write(tmp_path, reference)
    assert not Vocabulary.load(folder).control & {reference.token_to_id("<stop/>")}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    vocabulary = Vocabulary.load(folder)
    assert reference.token_to_id("<stop/>") in vocabulary.control
    assert said(vocabulary, vocabulary.encode("a <stop/> b")) == b"a <stop/> b"


@pytest.mark.parametrize("content", ["[]", '{"vocab_size": "many", "eos_token_id": {"a": 1}}', "{"])
def test_a_configuration_that_makes_no_sense_says_nothing(tmp_path: Path, content: str) -> None:
    write(tmp_path, byte_level())
    (tmp_path / "config.json").write_text(content)
    vocabulary = Vocabulary.load(tmp_path)
    assert vocabulary.rows == len(vocabulary.tokens)
    assert not vocabulary.ends


def test_a_text_is_never_cut_padded_or_divided_by_chance(tmp_path: Path) -> None:
    reference = byte_level()
    expected = reference.encode(SENTENCES[0] * 20).ids
    reference.enable_truncation(8)
    reference.enable_padding(length=4000)
    parts = json.loads(reference.to_str())
    parts["model"]["dropout"] = 0.9
    vocabulary = Vocabulary.load(write(tmp_path, Tokenizer.from_str(json.dumps(parts))))
    assert vocabulary.encode(SENTENCES[0] * 20) == expected


@pytest.mark.parametrize("flag", ["lstrip", "rstrip", "single_word", "normalized"])
@pytest.mark.parametrize("is_special", [True, False])
def test_added_tokens_never_swallow_what_is_around_them(
    tmp_path: Path, flag: str, is_special: bool
) -> None:
    for number, reference in enumerate((byte_level(), sentencepiece(prefix="prepend"))):
        reference.add_tokens([AddedToken("<i>", special=is_special, **{flag: True})])
        vocabulary = Vocabulary.load(write(tmp_path / str(number), reference))
        text = "He said  <i>  so<i>x <i>\n"
        assert said(vocabulary, vocabulary.encode(text)) in (text.encode(), b" " + text.encode())


def test_a_tokenizer_that_keeps_no_spaces_is_refused(tmp_path: Path) -> None:
    tokenizer = Tokenizer(models.WordPiece({"[UNK]": 0, "the": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()  # type: ignore[assignment]
    with pytest.raises(UserError, match="spaces"):
        Vocabulary.load(write(tmp_path, tokenizer))


def test_an_added_token_of_a_byte_level_vocabulary_is_its_own_characters(tmp_path: Path) -> None:
    reference = byte_level()
    reference.add_tokens([AddedToken("é", special=False), AddedToken("Ġx", special=False)])
    vocabulary = Vocabulary.load(write(tmp_path, reference))
    for text in ("é", "Ġx", " x"):
        assert said(vocabulary, vocabulary.encode(text)) == text.encode()
