"""Learning one writer: examples from texts and decisions, and the training of an adapter in a process of its own.

Does not judge an adapter or put one to use while training, and does not know Qt.
"""
