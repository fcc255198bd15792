"""What a person reads, in their language: sentences whole, looked up in a gettext catalogue. Knows no window."""

from cowrite.localization.catalogue import current, tr, tr_noop, trn, trp, use
from cowrite.localization.formats import join_choices, join_names, join_sentences, list_names

__all__ = [
    "current",
    "join_choices",
    "join_names",
    "join_sentences",
    "list_names",
    "tr",
    "tr_noop",
    "trn",
    "trp",
    "use",
]
