"""Typed preferences, the folders everything lives in, and the log file. The floor every other package stands on."""
