"""What the figures of ``evaluate`` and ``simulate`` are called in a table: in English by their names in JSON."""

from __future__ import annotations

from cowrite.localization import tr, tr_noop

_NAMES = frozenset(
    (
        tr_noop("adapter"),
        tr_noop("bits_per_byte"),
        tr_noop("brief_per_100_words"),
        tr_noop("bytes"),
        tr_noop("characters_per_glance"),
        tr_noop("device"),
        tr_noop("eagerness"),
        tr_noop("engine_ms"),
        tr_noop("files"),
        tr_noop("flashes_per_100_words"),
        tr_noop("glances_per_100_words"),
        tr_noop("influence"),
        tr_noop("keystrokes_saved_pct"),
        tr_noop("latency_ms"),
        tr_noop("model"),
        tr_noop("net_saved_pct"),
        tr_noop("own_keys"),
        tr_noop("own_words"),
        tr_noop("perplexity"),
        tr_noop("precision"),
        tr_noop("quantization"),
        tr_noop("reaction_ms"),
        tr_noop("ready_with_key"),
        tr_noop("right_when_noticed"),
        tr_noop("seed"),
        tr_noop("sessions"),
        tr_noop("shown_per_100_words"),
        tr_noop("time_saved_pct"),
        tr_noop("tokens"),
        tr_noop("typist"),
        tr_noop("window"),
        tr_noop("words"),
        tr_noop("wpm"),
        tr_noop("wrong_glances_per_100_words"),
    )
)


def figure_name(name: str) -> str:
    """``name`` for people; one that is not known as it is."""
    return tr(name) if name in _NAMES else name


def figure_text(name: str, value: object) -> str:
    """A value for people: the words of a setting are translated."""
    return tr(str(value)) if name == "influence" else str(value)
