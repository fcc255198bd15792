"""Export: a text as a file of another program."""
