"""The window: page, ghost text, status line, dialogs. Everything that touches Qt widgets lives here.

Does not import torch, and does not decide what to suggest: that is ``cowrite.suggest``.
"""
