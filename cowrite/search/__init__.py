"""Searching in texts and folders: patterns, hits, replacements. Knows no window."""
