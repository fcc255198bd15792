"""Reads HTML: whole pages, and what Word, Google Docs, LibreOffice and browsers put on the clipboard.

- :mod:`.decoding`: bytes to text, and which piece of it was copied;
- :mod:`.css`, :mod:`.looks`: how text looks;
- :mod:`.notes`: footnotes and comments;
- :mod:`.page`, :mod:`.flow`: the walk over the elements;
- :mod:`.lists`, :mod:`.tables`, :mod:`.objects`, :mod:`.word_lists`: what needs more than a walk;
- :mod:`.leaving_out`: what is no text.
"""

from cowrite.interchange.readers.html.reading import read

__all__ = ["read"]
