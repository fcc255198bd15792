"""A short word that the model has written is no beginning of a longer one that it would have written otherwise."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from cowrite.engine.decoding.candidate_row import CandidateRow
from cowrite.engine.decoding.choice import Chooser, ChosenToken, tokens_after
from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.draft import MOST_DRAFTED, Drafter, SuccessRates
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import CompletionRequest, Token
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.sampling import Sampling
from cowrite.engine.tokens.token_text import ModelNumbers, texts_of
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.suggest.filter.show_filter import split_words

# What is read so far, the short word, and a sentence in which a longer one begins with it.
SHORT = [
    ("I did not think it could", " be", "People believe what others believe. "),
    ("It was so late that", " he", "With all her heart she heard her heart. "),
    ("There was once", " a", "And once again, and once again. "),
    ("We all went into", " the", "They saw them, and then they saw them there. "),
]
WHOLE = ["be", "believe", "he", "heart", "her", "heard", "a", "and", "again", "the", "them", "then"]


def small_vocabulary() -> Vocabulary:
    """Every letter is a token, and so is each word of ``WHOLE`` with its space; “ begged” is “ be” and “gged”."""
    pairs = []
    tokens = {letter: i for i, letter in enumerate("abcdefghijklmnopqrstuvwxyzĠ.,")}
    for word in [*WHOLE, "gged"]:
        built = "Ġ" if word in WHOLE else ""
        for letter in word:
            left, built = built, built + letter
            if left and built not in tokens:
                pairs.append((left, letter))
                tokens[built] = len(tokens)
    tokenizer = Tokenizer(models.BPE(vocab=tokens, merges=pairs))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    numbers = ModelNumbers()
    return Vocabulary(tokenizer, texts_of(tokenizer, numbers), numbers)


def written(vocabulary: Vocabulary, tokens: list[int]) -> list[str]:
    return [vocabulary.bytes_of(token).decode() for token in tokens]


@pytest.mark.parametrize(
    ("word", "guess"), [(" be", "lieve"), (" he", "art"), (" a", "nd"), (" the", "m")]
)
def test_a_guess_that_the_tokenizer_divides_otherwise_is_none(word: str, guess: str) -> None:
    vocabulary = small_vocabulary()
    begun = tuple(vocabulary.encode_inside(word))
    assert len(begun) == 1
    assert tokens_after(vocabulary, begun, b"", guess) == []
    typed = tokens_after(vocabulary, (), word.encode(), guess)
    assert written(vocabulary, typed) == [word + guess]  # what is typed, any word may go on from


def test_a_guess_that_begins_with_what_was_chosen_counts_from_there() -> None:
    vocabulary = small_vocabulary()
    begun = tuple(vocabulary.encode_inside(" be"))
    assert written(vocabulary, tokens_after(vocabulary, begun, b"", "gged")) == ["gged"]
    assert written(vocabulary, tokens_after(vocabulary, begun, b"", " the")) == [" the"]


def test_half_a_character_is_followed_by_no_guess() -> None:
    vocabulary = small_vocabulary()
    assert tokens_after(vocabulary, (), b" \xc3", "and") == []


# --- the real model --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def starter(starter_model_dir: Path) -> LoadedModel:
    return load_model(starter_model_dir, torch.device("cpu"), Quantization.INT8)


def knowing(story: str) -> PersonalNgrams:
    ngrams = PersonalNgrams()
    ngrams.learn("story", story)
    return ngrams


def chosen(model: LoadedModel, word: str) -> CandidateRow:
    """A row after the model chose ``word`` where a space was typed."""
    row = CandidateRow(pending=b"")
    (token,) = model.vocabulary.encode_inside(word)
    row.take(ChosenToken(token, -0.1), model, CompletionRequest(before="", max_words=9))
    return row


@pytest.mark.starter_model
@pytest.mark.parametrize(("before", "word", "sentence"), SHORT)
def test_the_words_of_the_writer_take_nothing_from_a_short_word(
    starter: LoadedModel, before: str, word: str, sentence: str
) -> None:
    """What may come after it is as probable as without them, but for words that it really begins."""
    ngrams = knowing(sentence * 8)
    row = chosen(starter, word)
    assert ngrams.guesses(before + word).guesses[0].text[:1].isalpha()  # the fault's occasion
    logits = torch.zeros(starter.network.vocabulary)
    text = before + row.text
    found = Chooser(starter, ngrams).choices(logits, text, b"", 10_000, Sampling(), begun=row.begun)
    even = -math.log(logits.shape[0])
    favoured = [each.token for each in found if each.logprob > even + 1]
    vocabulary = starter.vocabulary
    for token in favoured:
        rest = vocabulary.bytes_of(token).decode()
        assert vocabulary.encode_inside(word + rest) == [*row.begun, token], rest


@pytest.mark.starter_model
@pytest.mark.parametrize(("before", "word", "sentence"), SHORT)
def test_nothing_is_drafted_that_makes_another_word_of_it(
    starter: LoadedModel, before: str, word: str, sentence: str
) -> None:
    row = chosen(starter, word)
    encode = starter.vocabulary.encode
    drafter = Drafter(starter.vocabulary, knowing(sentence * 8), SuccessRates(), encode(before))
    text = before + row.text
    assert drafter.draft(lambda: text, b"", MOST_DRAFTED).tokens
    draft = drafter.draft(lambda: text, b"", MOST_DRAFTED, row.begun)
    assert not starter.vocabulary.bytes_of(draft.tokens[0])[:1].isalpha() if draft.tokens else True


def first_word(completer: Completer, before: str) -> Token:
    return split_words(completer.complete(CompletionRequest(before=before)).candidates[0].tokens)[0]


@pytest.mark.starter_model
def test_a_short_word_is_offered_whole_beside_longer_ones_of_the_writer(
    starter: LoadedModel,
) -> None:
    """“ be” is what everyone writes there; “believe” is what this writer always writes."""
    completer = Completer(starter, model_id="starter")
    story = "I believe that they believe it. You believe him, and we believe her. " * 6
    before = story + "To be or not to"
    plain = first_word(completer, before)
    completer.ngrams.learn("story", story)
    own = first_word(completer, before)
    assert plain.text == own.text == " be"
    assert own.logprob > plain.logprob - 0.1


@pytest.mark.starter_model
def test_a_name_in_several_tokens_still_goes_on_to_its_end(starter: LoadedModel) -> None:
    name = " Grimblewick"
    tokens = starter.vocabulary.encode_inside(name)
    assert len(tokens) > 2
    ngrams = knowing(f"Nobody liked{name}. Then{name} went, and{name} slept. ")
    chooser, logits = Chooser(starter, ngrams), torch.zeros(starter.network.vocabulary)
    row = CandidateRow(pending=b"")
    request = CompletionRequest(before="", max_words=9)
    row.take(ChosenToken(tokens[0], -0.1), starter, request)
    for token in tokens[1:]:
        text = "And so" + row.text
        found = chooser.choices(logits, text, b"", 1, Sampling(), begun=row.begun)
        assert found[0].token == token
        row.take(found[0], starter, request)
    assert row.begun == tuple(tokens)
    assert row.text == name
