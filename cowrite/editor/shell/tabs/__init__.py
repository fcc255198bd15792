"""Several documents in one window: the views in it, the bar that names them, and which were closed lately.

Knows views and their documents; who may close a document, and what is asked before, is no matter of it.
"""
