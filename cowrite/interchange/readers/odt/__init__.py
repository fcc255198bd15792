"""Reads ODT, the texts of LibreOffice and its relatives (ADR 61).

- :mod:`.package`, :mod:`.document`: the parts of a file; :mod:`.styles`: what its styles say;
- :mod:`.body`, :mod:`.flow`: the walk over the elements, and what is built;
- :mod:`.lists`, :mod:`.tables`, :mod:`.frames`, :mod:`.changes`: what needs more than a walk;
- :mod:`.leaving_out`: what is no text.
"""

from cowrite.interchange.readers.odt.reading import read

__all__ = ["read"]
