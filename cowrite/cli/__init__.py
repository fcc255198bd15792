"""The command line: the same services without a window, one module per command.

Builds the objects a command needs and prints; holds no logic that the window would want too.
"""
