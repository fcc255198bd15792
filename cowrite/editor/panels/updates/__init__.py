"""The window of newer versions."""
