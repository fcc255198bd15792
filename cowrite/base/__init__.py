"""What every other package may use: errors, JSON records, printable text, clock, words, UTF-16 offsets, text changes, text matching.

Knows nothing of Cowrite.
"""
