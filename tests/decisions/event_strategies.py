"""Every event that a program could want to keep."""

from __future__ import annotations

from hypothesis import strategies as st

from cowrite.decisions.details import NAMED
from cowrite.decisions.events import CONTINUE, Event, EventKind

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
# What a page of UTF-16 may hand over: also half a character.
PIECES = st.text(st.characters(), max_size=20)
_SMALL = st.integers(-(2**53), 2**53)
EVENTS = st.builds(
    Event,
    kind=st.sampled_from(EventKind),
    at_ms=_SMALL,
    session_id=WORDS,
    suggestion_id=WORDS,
    document_id=WORDS,
    revision=_SMALL,
    start=_SMALL,
    end=_SMALL,
    model=WORDS,
    adapter=WORDS,
    task=st.sampled_from([CONTINUE, "fill_in", "score", "a", "a" * 40]),
    details=st.dictionaries(
        WORDS.filter(lambda name: name not in NAMED),
        st.recursive(
            st.none()
            | st.booleans()
            | _SMALL
            | st.floats(allow_nan=False, allow_infinity=False)
            | PIECES,
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
            max_leaves=5,
        ),
        max_size=4,
    ),
)
