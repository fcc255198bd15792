"""Sessions to and from files: CoAuthor's format, JSON lines, and a table of decisions for spreadsheets."""
