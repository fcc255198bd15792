"""The engine's one thread: what it is asked, in which order it works, and what it answers.

Does not know how a token is computed.
"""
