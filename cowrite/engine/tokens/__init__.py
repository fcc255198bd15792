"""Text to tokens and tokens to bytes.

Does not know the model.
"""
