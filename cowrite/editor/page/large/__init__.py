"""Pages of texts so long that only what is looked at is laid out.

Does not know what is written there.
"""
