"""Which model fits which card: the arithmetic agrees with what was computed elsewhere."""

from __future__ import annotations

import pytest

from cowrite.engine.cards import KNOWN_CARDS, SHAPES, Card, Fit, as_markdown, fits


@pytest.mark.parametrize(
    ("shape", "gigabytes", "on_a_3060"),
    list(zip(SHAPES, (1.47, 2.80, 4.98), (245, 128, 72), strict=True)),
)
def test_bytes_per_token_and_ceiling(shape, gigabytes: float, on_a_3060: int) -> None:
    assert shape.bytes_per_token / 1e9 == pytest.approx(gigabytes, rel=0.01)
    assert Fit(card=KNOWN_CARDS[0], shape=shape).ceiling == pytest.approx(on_a_3060, rel=0.01)


def test_a_model_that_does_not_fit_is_said_not_to() -> None:
    small = Card(name="small", memory=3e9, bandwidth=100e9, measured=True)
    table = as_markdown(list(fits((small,))))
    assert table.splitlines()[-1].startswith("| small | 100 GB/s, measured here | at most ")
    assert table.count("does not fit") == 2


def test_the_table_has_a_row_for_each_card() -> None:
    assert len(as_markdown(list(fits())).splitlines()) == 2 + len(KNOWN_CARDS)
