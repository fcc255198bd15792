"""Documents in the window: identity, text, opening, saving, journal, provenance.

Does not know menus, the status line or suggestions.
"""
