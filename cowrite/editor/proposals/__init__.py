"""Proposals for a passage on the page: how they look, follow the text, and are taken or left with keys and mouse.

Owns what the writer does with them. Knows no task: what is proposed, and for what, comes from whoever asks.
"""
