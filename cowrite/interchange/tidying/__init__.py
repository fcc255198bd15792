"""The canonical form of a manuscript. Whatever pieces a reader made, writers find it so; twice changes nothing.

- Characters that XML forbids are gone, lone surrogates too; tabs and line ends in a run are blanks; blanks stand
  alone except in code. All other characters stay, fixed blanks and soft hyphens among them.
- A blank bears the marks that both its neighbours bear, so no emphasis begins or ends with one. So does a reference
  to a note; a comment and a line break are looked through. Equal neighbours are one run.
- A paragraph begins and ends with neither a blank nor a line break; fixed blanks stay at its beginning. There is no
  empty paragraph, heading, quotation, list or table. A paragraph of comments alone is blocks of comments; one of
  asterisks alone, or of a sign as ``#`` or ``⁂`` alone, is a scene break.
- Headings have one line and levels 1 to 6, and are not bold as a whole. Tables are rectangular.
- Neighbouring quotations are one, as are lists of bullets, and numbered lists of which one goes on with the other.
- Notes are in the order of their first references; every reference has a note, every label is a word.
- Links lead to the web, to a mail address or to a place in the text.
- Comments hold neither ``-->`` nor ``%%`` nor an empty line.
"""

from cowrite.interchange.tidying.characters import is_safe_address
from cowrite.interchange.tidying.notes import changed_blocks, tidy

__all__ = ["changed_blocks", "is_safe_address", "tidy"]
