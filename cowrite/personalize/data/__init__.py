"""What the model learns from: examples, their split, and batches of tokens.

Does not train.
"""
