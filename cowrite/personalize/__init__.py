"""Learning one writer: examples from decisions, training, evaluation, promotion.

Nothing is learned yet in this version; the decision log that it will learn from is kept in ``cowrite.decisions``.
"""
