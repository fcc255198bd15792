"""The text surface: keys, input methods, caret, layers, ghost text, column.

Does not know files, the decision log, the engine or what to suggest.
"""
