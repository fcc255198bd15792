"""What the editor can do, as data: the command, the registry of one window, its keys, and menus made from them.

Knows no command by name: each room of the editor exports a table of its own, and the composition root gathers them.
"""
