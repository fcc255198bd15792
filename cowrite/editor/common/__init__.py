"""What several parts of the window use: background work, timers, messages, labels, sizes of windows.

Does not know documents, suggestions or the model.
"""
