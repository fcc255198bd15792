"""What the log says about suggestions, counted and put into words.

Reads only.
"""
