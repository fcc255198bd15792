"""Which encoding a file is in that does not say: a guess by its letters and words, and how others read it."""
