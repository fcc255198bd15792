"""The simulated typist writes exactly the text, takes what is right, and counts honestly."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cowrite.engine.messages import Candidate, CompletionRequest, CompletionResult, Timings, Token
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.plain_page import PlainPage
from cowrite.suggest.simulation.simulated_writer import SimulatedWriter, SimulationReport

TEXT = "The old lighthouse stood on the hill, and nobody went there. It was cold.\n\nThen she came."
Continue = Callable[[str], str]


def write(before: str, target: str, go_on: Continue) -> SimulationReport:
    def answer(request: CompletionRequest) -> CompletionResult:
        words = go_on(request.before)
        tokens = tuple(Token(text=part, logprob=-0.05) for part in _parts(words))
        candidate = Candidate(text=words, logprob=-0.1, tokens=tokens)
        return CompletionResult(
            candidates=(candidate,) if words else (),
            model="oracle",
            adapter="",
            device="cpu",
            quantization="none",
            timings=Timings(total=7.0),
        )

    writer = SimulatedWriter(
        before, target, settings=SuggestSettings(), answer=answer, learn=lambda *_: None
    )
    return writer.write()


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    for word in text.split(" "):
        parts.append(word if not parts else f" {word}")
    return [part for part in parts if part]


def knows(text: str) -> Continue:
    """Always right: the next two words of ``text``."""
    return lambda before: " ".join(text[len(before) :].split("\n")[0].split(" ")[:3]).rstrip()


def test_somebody_who_knows_everything_saves_most_keys() -> None:
    report = write("", TEXT, knows(TEXT))
    assert report.keystrokes_saved_pct > 50
    assert report.precision == 1.0
    assert report.net_saved_pct == report.keystrokes_saved_pct


def test_nothing_offered_is_nothing_saved() -> None:
    report = write("", TEXT, lambda _: "")
    assert (report.keystrokes, report.shown) == (len(TEXT), 0)
    assert report.keystrokes_saved_pct == 0


def test_every_wrong_suggestion_costs_a_glance() -> None:
    report = write("", TEXT, lambda _: "zebra xylophone")
    assert report.right == 0
    assert report.shown > 0
    assert report.net_saved_pct == pytest.approx(-25 * report.shown / report.characters)


def test_the_beginning_of_a_word_is_not_that_word() -> None:
    report = write("The ", "lighthouse", lambda before: "light" if before == "The " else "")
    assert report.right == 0


def test_latencies_are_those_of_the_engine() -> None:
    assert set(write("", "a b c", lambda _: "").latencies_ms) <= {7.0}


@settings(max_examples=60)
@given(
    target=st.text("ab ,.\n", min_size=1, max_size=40),
    offers=st.lists(st.sampled_from(["", "a", "b a", "ab, a", "a.", " b"]), min_size=1),
)
def test_the_text_is_written_whatever_is_offered(target: str, offers: list[str]) -> None:
    number = iter(offers * 200)
    written: list[str] = []

    def go_on(before: str) -> str:
        written.append(before)
        return next(number, "")

    report = write("", target, go_on)
    assert report.right <= report.shown
    for text in written:  # a space that came with a word may still give way
        assert target.startswith((text, text.removesuffix(" ")))


@pytest.mark.parametrize("target", ["one , two", "one  two", "one, two", "one \ntwo", "one two"])
def test_what_follows_an_accepted_word_is_written_as_it_stands(target: str) -> None:
    page = PlainPage("")
    page.insert_accepted("one ")
    keys = ""
    while page.written_of(target) < len(target):
        key = page.next_key(target)
        keys += key
        page.type(key)
    assert page.text == target
    assert len(keys) <= len(target) - len("one") + 1
