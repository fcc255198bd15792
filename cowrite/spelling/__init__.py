"""Which words of a text are misspelled, and what could be meant. Knows no window."""
