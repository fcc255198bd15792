"""“Privacy and stored data”: what is stored, and what can be deleted, exported or backed up.

Does not touch the log itself.
"""
