"""Events for tests."""

from __future__ import annotations

from hypothesis import strategies as st

from cowrite.decisions.events import Event, EventKind


def make_event(number: int, kind: EventKind = EventKind.SHOWN, **details: object) -> Event:
    return Event(
        kind=kind,
        at_ms=1_700_000_000_000 + number,
        session_id="session",
        suggestion_id=f"suggestion-{number}",
        document_id="document",
        revision=number,
        start=number,
        end=number + 1,
        model="model",
        details={"number": number, **details},  # type: ignore[dict-item]
    )


_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_SMALL = st.integers(-(2**53), 2**53)
EVENTS = st.builds(
    Event,
    kind=st.sampled_from(EventKind),
    at_ms=_SMALL,
    session_id=_WORDS,
    suggestion_id=_WORDS,
    document_id=_WORDS,
    revision=_SMALL,
    start=_SMALL,
    end=_SMALL,
    model=_WORDS,
    adapter=_WORDS,
    details=st.dictionaries(
        _WORDS,
        st.recursive(
            st.none()
            | st.booleans()
            | _SMALL
            | st.floats(allow_nan=False, allow_infinity=False)
            | _WORDS,
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
            max_leaves=5,
        ),
        max_size=4,
    ),
)
