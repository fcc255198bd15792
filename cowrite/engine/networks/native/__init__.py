"""The decoding step in C, and what loads it: ``packaging/native_step.py`` compiles it, for several kinds of processors.

The libraries lie beside the sources, named after a digest of these, so that one of other sources is never loaded.
"""
