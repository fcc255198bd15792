"""The forward passes: layers, caches, quantized products, compiled steps, adapters.

Does not know texts or tokens' meaning.
"""
