"""The language model: load, quantize, decode, score.

Owns torch, transformers and bitsandbytes, and the one worker thread they run on. Does not know Qt,
documents, settings or what becomes of a suggestion. Importing this package is cheap: torch is
imported only by the modules that compute, and only after :func:`cowrite.engine.offline.forbid_downloads` has run.
"""
