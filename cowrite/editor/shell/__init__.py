"""The window and what is around the page: window manager, menus, status line, dialogs that ask before text is lost.

Does not know how a suggestion, a model or an adapter is made.
"""
