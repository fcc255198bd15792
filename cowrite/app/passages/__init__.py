"""Builds what belongs to work on a passage, and connects it."""
