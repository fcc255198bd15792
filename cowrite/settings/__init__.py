"""Typed preferences, the folders everything lives in, and the log file. Every package above ``base`` may use it."""
