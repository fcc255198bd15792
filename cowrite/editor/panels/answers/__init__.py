"""Answers that stand beside the text: summaries, translations, replies."""
