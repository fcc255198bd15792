"""Markdown on the page: how a document is structured, and how that looks."""
