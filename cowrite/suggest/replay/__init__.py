"""Past sessions of the log, played back.

Does not know how they are shown.
"""
