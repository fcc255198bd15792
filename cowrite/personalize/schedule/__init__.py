"""When training may begin by itself, and when it has to stop.

Does not begin it.
"""
