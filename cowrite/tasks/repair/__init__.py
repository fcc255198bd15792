"""Repairing a passage by scored edits: small changes, each offered only if the model finds the text likelier with it.

Owns which changes are tried, when one is worth showing, and how sure that is. Writes no word that is not in its lists,
in the dictionary, or another form of the writer's own. Knows no page, no worker, no thread.
"""
