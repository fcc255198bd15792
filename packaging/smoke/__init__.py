"""What a stranger does with an installed Cowrite, tried in surroundings without a network.

``packaging/smoke_test.py`` is how it is called. Linux only; needs what ``surroundings.missing_tools`` names.
"""
