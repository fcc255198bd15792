"""The decision log's one writing thread, and what it is asked to do between records.

Does not know who asks.
"""
