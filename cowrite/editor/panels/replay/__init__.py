"""The replay of a past session, on a page of its own.

Does not write anything.
"""
