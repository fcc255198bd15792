"""What every other package may use.

Errors, JSON records, printable text, words, UTF-16 offsets, the changes of a text, what two texts share, the clock, and
what the system tells of the machine. Knows nothing of Cowrite.
"""
