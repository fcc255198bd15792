"""What a person reads, in their language: sentences whole, looked up in a gettext catalogue. Knows no window."""

from cowrite.localization.catalogue import current, tr, tr_noop, trn, trp, use

__all__ = ["current", "tr", "tr_noop", "trn", "trp", "use"]
