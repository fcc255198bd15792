"""What surrounds the page in a window: the panels beside it, and the window that fills the screen.

Knows widgets and nothing of what is shown in them.
"""
