"""Suggestions on a page: their connection to the engine, the model in use, and when suggestions pause.

Does not know windows or menus; what to suggest is decided by ``cowrite.suggest``.
"""
