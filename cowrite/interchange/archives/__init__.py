"""Files that are a ZIP of XML parts (DOCX, ODT), opened without trust: limits before work, names that are only names.

:class:`Archive` unpacks parts by what they really unpack to, :func:`parse_xml` and :func:`stream_xml` read them without
a DTD, entities, the network or other files. Whatever is wrong is a UserError of one sentence.
"""

from cowrite.interchange.archives.parts import Archive
from cowrite.interchange.archives.trees import parse_xml, stream_xml

__all__ = ["Archive", "parse_xml", "stream_xml"]
