"""Markdown as Cowrite reads it, between text and manuscript. What its reader reads and its writer checks itself by."""
