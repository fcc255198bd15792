"""Student's t: values of scipy.special.stdtrit (SciPy 1.17.1), and what must hold for any."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.personalize.evaluation.student_t import t_probability, t_quantile

FOUND_BY_SCIPY = [
    (0.6, 1, 0.32491969623290634),
    (0.975, 1, 12.706204736174694),
    (0.9999, 1, 3183.098757118502),
    (0.6, 2, 0.2886751345948128),
    (0.975, 2, 4.302652729749462),
    (0.9999, 2, 70.70007107496818),
    (0.6, 7, 0.2631668613520229),
    (0.975, 7, 2.364624251592784),
    (0.9999, 7, 7.063432828157639),
    (0.975, 8, 2.306004135204166),
    (0.975, 29, 2.045229642132703),
    (0.9999, 29, 4.253894118432321),
    (0.975, 100, 1.9839715185235518),
    (0.6, 1001, 0.25341444848349826),
    (0.975, 1001, 1.9623367052808798),
]


@pytest.mark.parametrize(("probability", "degrees", "quantile"), FOUND_BY_SCIPY)
def test_quantiles_are_those_of_scipy(probability: float, degrees: int, quantile: float) -> None:
    assert t_quantile(probability, degrees) == pytest.approx(quantile, rel=1e-9)
    assert t_quantile(1 - probability, degrees) == pytest.approx(-quantile, rel=1e-9)
    assert t_probability(quantile, degrees) == pytest.approx(probability, abs=1e-13)


@given(st.floats(1e-6, 1 - 1e-6), st.integers(1, 3_000))
def test_a_quantile_is_where_its_probability_lies(probability: float, degrees: int) -> None:
    quantile = t_quantile(probability, degrees)
    assert t_probability(quantile, degrees) == pytest.approx(probability, abs=1e-12)
    assert math.copysign(1, quantile) == math.copysign(1, probability - 0.5) or quantile == 0


@pytest.mark.parametrize(("probability", "degrees"), [(0, 5), (1, 5), (math.nan, 5), (0.5, 0)])
def test_what_has_no_quantile_is_refused(probability: float, degrees: int) -> None:
    with pytest.raises(ValueError, match="no quantile"):
        t_quantile(probability, degrees)
