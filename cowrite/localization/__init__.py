"""What a person reads, in their language: sentences whole, looked up in a gettext catalogue. Knows no window."""

from cowrite.localization.again import again, english
from cowrite.localization.catalogue import current, tr, tr_noop, trn, trp, use
from cowrite.localization.joining import join_choices, join_names, listed, sentences

__all__ = [
    "again",
    "current",
    "english",
    "join_choices",
    "join_names",
    "listed",
    "sentences",
    "tr",
    "tr_noop",
    "trn",
    "trp",
    "use",
]
