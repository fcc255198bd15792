"""What the model has read is kept: whatever happens to it, the logits are those of a fresh reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_model import counted

from cowrite.engine.decoding.prefix_cache import CHUNK_TOKENS, WORTH_KEEPING_TOKENS, PrefixCache
from cowrite.engine.decoding.step_control import StepControl
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.networks.key_value_cache import KeyValueCache
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.steps import Cancelled, finish

# bf16 rounds a sum differently when it is computed for other lengths at once.
ATOL = RTOL = 0.12

# Few different tokens, so that texts often share a beginning; often longer than one chunk, so that cancelling is seen.
TOKENS = st.lists(st.integers(1, 3), min_size=1, max_size=5).flatmap(
    lambda some: st.integers(1, 120).map(lambda times: (some * times)[: 2 * CHUNK_TOKENS + 20])
)
READ, APPEND, CANCEL, CLEAR = "read", "append", "cancel", "clear"
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just(READ), TOKENS),
        st.tuples(st.just(APPEND), st.lists(st.integers(1, 30), min_size=1, max_size=4)),
        st.tuples(st.just(CANCEL), TOKENS, st.integers(0, 2)),
        st.tuples(st.just(CLEAR)),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def model(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir, torch.device("cpu"), Quantization.BF16)


@pytest.fixture(autouse=True)
def without_gradients() -> Iterator[None]:
    with torch.inference_mode():
        yield


# Cancelling is looked at before each chunk and before each layer.
LAYERS = 2


def never() -> bool:
    return False


def after(looks: int) -> Callable[[], bool]:
    """Says no ``looks`` times, and then yes."""
    left = [looks]

    def cancelled() -> bool:
        left[0] -= 1
        return left[0] < 0

    return cancelled


def require_like_fresh(model: LoadedModel, cache: PrefixCache, tokens: list[int]) -> None:
    """Reading ``tokens`` with what is kept is like reading all of it, in what it holds and in what it answers."""
    with counted(model) as sizes:
        logits, known = cache.read(tokens, never)
    assert sum(sizes) == len(tokens) - known
    assert max(sizes, default=0) <= CHUNK_TOKENS
    assert cache.tokens == tokens
    fresh, nothing = PrefixCache(model).read(tokens, never)
    assert nothing == 0
    torch.testing.assert_close(logits, fresh, atol=ATOL, rtol=RTOL)


@given(STEPS, TOKENS)
@settings(max_examples=40)
def test_after_whatever_happened_the_logits_are_those_of_a_fresh_reading(
    model: LoadedModel, steps: list[tuple[object, ...]], last: list[int]
) -> None:
    cache = PrefixCache(model)
    for step in steps:
        match step:
            case ("read", list(tokens)):
                require_like_fresh(model, cache, tokens)
            case ("append", list(tokens)):
                whole = [*cache.tokens, *tokens]
                logits = cache.append(tokens)
                assert cache.tokens == whole
                fresh, _ = PrefixCache(model).read(whole, never)
                torch.testing.assert_close(logits, fresh, atol=ATOL, rtol=RTOL)
            case ("cancel", list(tokens), int(looks)):
                _read_and_cancel(cache, tokens, looks)
            case ("clear",):
                cache.clear()
                assert cache.tokens == []
    require_like_fresh(model, cache, last)


def _read_and_cancel(cache: PrefixCache, tokens: list[int], looks: int) -> None:
    """What is kept then is a beginning of the text, as long as the chunks that were read."""
    known = len(cache.tokens)
    try:
        cache.read(tokens, after(looks))
    except Cancelled:
        assert cache.tokens == tokens[: len(cache.tokens)]
        assert len(cache.tokens) < len(tokens)
        assert len(cache.tokens) <= known + looks * CHUNK_TOKENS
    else:
        assert cache.tokens == tokens


@pytest.mark.parametrize("looks", [0, 1, 2])
def test_cancelling_keeps_the_chunks_that_were_read(model: LoadedModel, looks: int) -> None:
    tokens = [1 + i % 50 for i in range(3 * CHUNK_TOKENS)]
    cache = PrefixCache(model)
    with counted(model) as sizes, pytest.raises(Cancelled):
        cache.read(tokens, after(looks * (1 + LAYERS)))
    assert sizes == [CHUNK_TOKENS] * looks
    assert cache.tokens == tokens[: looks * CHUNK_TOKENS]
    require_like_fresh(model, cache, tokens)


@pytest.mark.parametrize(
    ("kept", "wanted", "reads"),
    [
        ([1, 2, 3], [1, 2, 3], 0),
        ([1, 2, 3], [1, 2], 1),
        ([1, 2, 3], [1], 1),
        ([1, 2, 3], [1, 2, 3, 4], 1),
        ([1, 2, 3], [1, 2, 9, 9], 2),
        ([1, 2, 3], [9, 2, 3], 3),
    ],
)
def test_only_what_differs_is_read_and_one_token_where_logits_are_not_known(
    model: LoadedModel, kept: list[int], wanted: list[int], reads: int
) -> None:
    cache = PrefixCache(model)
    cache.read(kept, never)
    with counted(model) as sizes:
        _, known = cache.read(wanted, never)
    assert (sum(sizes), known) == (reads, len(wanted) - reads)
    assert cache.tokens == wanted


def test_what_was_read_after_a_place_is_not_read_again_there(model: LoadedModel) -> None:
    cache, begun = PrefixCache(model), [1, 2, 3]
    cache.read(begun, never)
    after: dict[tuple[int, ...], torch.Tensor] = {}
    for tokens in ([4, 5], [4, 6], [7]):
        cache.keep(len(begun))
        logits = cache.append_draft(tokens[:1], tokens[1:])
        after.update({tuple(tokens[: n + 1]): row for n, row in enumerate(logits)})
    for tokens, known in ((list(path), logits) for path, logits in after.items()):
        with counted(model) as sizes:
            logits, _ = cache.read(begun + tokens, never)
        assert sizes == []
        assert torch.equal(logits, known)
        fresh, _ = PrefixCache(model).read([*begun, *tokens], never)
        torch.testing.assert_close(logits, fresh, atol=ATOL, rtol=RTOL)
        # What was put back is what a pass would have left there.
        require_like_fresh(model, cache, [*begun, *tokens, 8])
    with counted(model) as sizes:
        cache.read([1, 2, 9, 4], never)
    assert sum(sizes) == 2  # a token before has changed


def test_what_cannot_be_put_back_is_known_only_while_it_stands_there(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for can_put_back in (True, False):
        monkeypatch.setattr(KeyValueCache, "can_put_back", can_put_back)
        cache = PrefixCache(model)
        cache.read([1, 2, 3], never)
        cache.append([4])
        text = cache.claim([1, 2, 3, 4])
        assert text.knows_what_follows([1, 2, 3, 4])
        text.keep(3)
        assert text.knows_what_follows([1, 2, 3, 4]) == can_put_back
        with counted(model) as sizes:
            finish(text.read_on([1, 2, 3, 4], [], StepControl(cancelled=never)))
        assert (sizes == []) == can_put_back
        cache.release(text)


def test_a_draft_after_known_logits_is_read_and_judged_as_after_others(model: LoadedModel) -> None:
    cache, other = PrefixCache(model), PrefixCache(model)
    expected, _ = other.read_ahead([1, 2, 3], [4, 5], never)
    cache.read([1, 2, 3], never)
    with counted(model) as sizes:
        logits, known = cache.read_ahead([1, 2, 3], [4, 5], never)
    assert (sum(sizes), known, cache.tokens) == (2, 3, [1, 2, 3, 4, 5])
    torch.testing.assert_close(logits, expected, atol=ATOL, rtol=RTOL)


def test_two_documents_in_turn_are_each_read_once(model: LoadedModel) -> None:
    cache = PrefixCache(model)
    one = [1 + i % 50 for i in range(3 * WORTH_KEEPING_TOKENS)]
    other = [50 - i % 50 for i in range(2 * WORTH_KEEPING_TOKENS)]
    for tokens in (one, other):
        cache.read(tokens, never)
    for tokens in (one, other, one, [*other, 3], [*one, 4]):
        _, known = cache.read(tokens, never)
        assert known >= len(tokens) - 1
        assert cache.tokens == tokens
    require_like_fresh(model, cache, other)


def test_going_back_in_a_text_does_not_forget_its_end(model: LoadedModel) -> None:
    cache = PrefixCache(model)
    text = [1 + i % 50 for i in range(4 * WORTH_KEEPING_TOKENS)]
    cache.read(text, never)
    middle = [*text[: 2 * WORTH_KEEPING_TOKENS], 7, 7, 7]
    require_like_fresh(model, cache, middle)
    _, known = cache.read(text, never)
    assert known >= len(text) - 1
    require_like_fresh(model, cache, text)


@given(st.lists(TOKENS, min_size=1, max_size=8), st.sampled_from([0, 60_000, 10**9]))
@settings(max_examples=30)
def test_other_texts_take_no_more_than_they_may(
    model: LoadedModel, texts: list[list[int]], spare_bytes: int
) -> None:
    cache = PrefixCache(model, spare_bytes=spare_bytes)
    for tokens in texts:
        for repeated in (tokens, [9, *tokens * 4]):
            cache.read(repeated, never)
            assert sum(text.cache.nbytes for text in cache._texts[:-1]) <= spare_bytes


def test_a_fork_goes_its_own_way(model: LoadedModel) -> None:
    """Two candidates are continued in a copy; what is kept for the next request is not touched by them."""
    cache = PrefixCache(model)
    cache.read([1, 2, 3], never)
    fork = cache.fork(2)
    with torch.inference_mode():
        logits = model.network(torch.tensor([[4], [5]]), fork, last=1)
    for row, token in enumerate((4, 5)):
        fresh, _ = PrefixCache(model).read([1, 2, 3, token], never)
        torch.testing.assert_close(logits[row, -1], fresh, atol=ATOL, rtol=RTOL)
    assert cache.tokens == [1, 2, 3]
    require_like_fresh(model, cache, [1, 2, 3, 6])


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("no memory left"), KeyboardInterrupt()])
def test_a_reading_that_breaks_off_is_forgotten(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    layers = model.network._layers  # type: ignore[union-attr]

    def break_off(*_: object, **__: object) -> None:
        raise error

    cache = PrefixCache(model)
    cache.read([1, 2, 3], never)
    with monkeypatch.context() as patch:
        # The first layer holds the new token by then, and the last one does not.
        patch.setattr(layers[-1].down, "forward", break_off)
        with pytest.raises(type(error)):
            cache.append([4])
    assert cache.tokens == []
    require_like_fresh(model, cache, [1, 2, 3, 4])


def test_a_chunk_that_is_still_of_use_is_finished_and_kept(model: LoadedModel) -> None:
    tokens = [1 + i % 50 for i in range(2 * CHUNK_TOKENS)]
    cache = PrefixCache(model)
    with pytest.raises(Cancelled):
        cache.read_ahead(tokens, [], after(1), never)
    assert cache.tokens == tokens[:CHUNK_TOKENS]


def test_cancelled_in_the_middle_of_a_pass_everything_is_as_before(model: LoadedModel) -> None:
    cache = PrefixCache(model)
    cache.read([1, 2, 3], never)
    with pytest.raises(Cancelled):
        cache.append([4, 5], after(1))
    assert cache.tokens == [1, 2, 3]
    require_like_fresh(model, cache, [1, 2, 3, 9])
