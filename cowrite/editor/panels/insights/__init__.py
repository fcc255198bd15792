"""The insights: what suggestions were worth, in figures and plots.

Does not compute them: that is ``cowrite.decisions.statistics``.
"""
