"""A page that shows two places of one text.

Knows the page, and of the session only how a split is noted (:class:`cowrite.documents.session.SplitPlace`).
"""
