"""The shell's tables of commands, and the menu bar made from every room's.

Each table is a function ``commands(context)``. Knows which command stands in which menu, and nothing of how it is done.
"""
