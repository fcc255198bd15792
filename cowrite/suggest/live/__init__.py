"""The life of one suggestion as a state machine: when to ask, what to ask, when to show, what became of it.

Does not know Qt, torch or files; time comes in through :mod:`cowrite.suggest.ports`.
"""
