"""Runs and texts for tests."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from cowrite.provenance.ranges import Origin, Run

LETTERS = "ab \n.é你😀"


def runs() -> st.SearchStrategy[Run]:
    plain = st.builds(
        Run,
        st.integers(1, 9),
        st.sampled_from([Origin.TYPED, Origin.PASTED, Origin.LOADED, Origin.REWRITTEN]),
    )
    accepted = st.builds(
        Run,
        st.integers(1, 9),
        st.just(Origin.ACCEPTED),
        st.sampled_from(["one", "two"]),
        st.integers(0, 20),
    )
    return st.one_of(plain, accepted)


def run_lists(most: int) -> st.SearchStrategy[list[Run]]:
    return st.lists(runs(), max_size=most)


def texts(most: int = 60) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(LETTERS), max_size=most)


def flat(runs: Iterable[Run]) -> list[tuple[Origin, str, int]]:
    """One entry for each unit: its origin, its source, and which unit of the source it is."""
    return [
        (run.origin, run.source, run.offset + n if run.source else 0)
        for run in runs
        for n in range(run.length)
    ]
