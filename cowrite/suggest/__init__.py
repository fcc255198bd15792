"""The life of one suggestion: when to ask, what to ask, what to show, and what the writer did with it.

Pure: knows neither Qt nor torch. Time, the engine, the page and the log come in through :mod:`cowrite.suggest.ports`.
"""
