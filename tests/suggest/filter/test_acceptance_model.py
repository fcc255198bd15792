"""What is believed of a suggestion, and that the log gets the features it was believed on."""

from __future__ import annotations

import math

import pytest
from support.suggestions import ManualClock, SuggestionHarness

from cowrite.decisions.events import EventKind
from cowrite.engine.messages import Token
from cowrite.suggest.filter.acceptance_model import AcceptanceModel
from cowrite.suggest.filter.calibration import WordPlace, calibrated
from cowrite.suggest.filter.features import FEATURE_NAMES, FilterFeatures
from cowrite.suggest.filter.show_filter import Offer
from cowrite.suggest.filter.writer_filter import WriterFilter
from cowrite.suggest.ports import CaretContext

OFFER = Offer(words=(Token(text=" house", logprob=math.log(0.25)),), typed=0)
CONTEXT = CaretContext(document_id="d", revision=1, offset=9, before="the light", after="")


def own_filter(intercept: float) -> WriterFilter:
    count = len(FEATURE_NAMES)
    return WriterFilter(
        means=(0.0,) * count,
        scales=(1.0,) * count,
        coefficients=(0.0,) * count,
        intercept=intercept,
    )


def test_without_a_gate_of_the_writers_the_model_is_believed() -> None:
    acceptance = AcceptanceModel(ManualClock())
    assert not acceptance.is_fitted
    assert acceptance(OFFER, CONTEXT) == calibrated(WordPlace.BEFORE, math.log(0.25))
    assert acceptance.features.base_probability == pytest.approx(0.25), "filters are fitted on that"


def test_the_writers_gate_is_believed_from_the_next_offer_on() -> None:
    filters: list[WriterFilter | None] = [None]
    acceptance = AcceptanceModel(ManualClock(), lambda: filters[0])
    acceptance(OFFER, CONTEXT)
    filters[0] = own_filter(0.0)
    assert acceptance.is_fitted
    assert acceptance(OFFER, CONTEXT) == pytest.approx(0.5)


def test_features_tell_of_the_text_the_keys_and_the_last_decisions() -> None:
    clock = ManualClock()
    acceptance = AcceptanceModel(clock)
    acceptance.key_pressed(clock.monotonic_ms(), 120.0)
    clock.now_ms += 300
    acceptance(OFFER, CONTEXT)
    assert acceptance.features.base_probability == pytest.approx(0.25)
    assert acceptance.features.ms_since_key == pytest.approx(300)
    assert acceptance.features.typing_interval_ms == 120.0
    assert acceptance.features.letters_typed == 5
    before = acceptance.features.taken_rate
    acceptance.shown(" house")
    acceptance.ended(CONTEXT, wanted=True)
    acceptance(OFFER, CONTEXT)
    assert acceptance.features.taken_rate is not None
    assert before is not None
    assert acceptance.features.taken_rate > before


def test_the_features_of_what_is_shown_are_in_the_log() -> None:
    harness = SuggestionHarness()
    harness.suggest("The old light", "house on the")
    (shown,) = [event for event in harness.events if event.kind is EventKind.SHOWN]
    stored = shown.details["gate"]
    assert isinstance(stored, dict)
    features = FilterFeatures.from_details(stored)
    assert features.letters_typed == 5
    assert features.base_probability == pytest.approx(0.9)
