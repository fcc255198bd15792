"""The headings of a document."""
