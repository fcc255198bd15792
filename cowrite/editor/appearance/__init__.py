"""How everything looks: theme, typefaces, icons, and what the desktop says of accessibility.

Does not know what is shown.
"""
