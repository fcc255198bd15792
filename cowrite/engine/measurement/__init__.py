"""How fast and how exact a model is on this machine.

Used at installation and by commands, never while somebody writes.
"""
