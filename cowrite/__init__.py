"""Cowrite: an editor in which a writer works together with a language model on their own machine.

The way data flows, one package per step::

    keystroke -> suggest -> engine -> suggest -> editor (ghost text) -> the writer decides -> decisions

``documents`` keeps the text safe, ``models`` installs what the engine loads, ``settings`` holds preferences and paths,
``personalize`` learns from the decisions. ``app`` and ``cli`` put the pieces together; nothing else builds objects.
"""

__version__ = "0.1.0"
