"""One adapter for the tasks on a passage, trained on the losses of all of them together.

Owns the examples that are made from clean text, the losses and their weights, and the training. Knows no Qt, no writer.
"""
