"""Reads RTF, from Word 6 to what phones and editors write today.

- :mod:`.tokens`: bytes to control words, groups and text, at a place that can be moved;
- :mod:`.charsets`: what bytes mean in which font; :mod:`.text`: bytes, ``\\u`` and its stand-ins as characters;
- :mod:`.state`: what a group inherits; :mod:`.tables_of_contents`: fonts, styles, lists and authors of changes;
- :mod:`.story`: paragraphs, lists and tables that are built; :mod:`.interpreter`: what the control words do.
"""

from cowrite.interchange.readers.rtf.reading import read

__all__ = ["read"]
