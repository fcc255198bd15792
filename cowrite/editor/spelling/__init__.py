"""Spelling on the page: underlines, suggestions in the context menu, the words of the writer."""
