"""A model folder becomes a model in memory, checked and quantized.

Does not know requests.
"""
