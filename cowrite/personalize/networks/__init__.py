"""The forward and backward pass for training, on frozen quantized weights with low-rank adapters.

Does not know examples or steps.
"""
