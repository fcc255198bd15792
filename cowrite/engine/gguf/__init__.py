"""GGUF files read and converted to safetensors, once, at installation.

Does not compute with them.
"""
