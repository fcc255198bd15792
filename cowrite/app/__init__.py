"""The desktop program: start, composition root, single instance, shutdown.

Owns the building of every object and their connections. Does not know how anything is done.
"""
