"""Tasks on a passage of the writer's text, such as repairing or shortening it: one module for each kind.

Owns what the model is asked, in what order, and what becomes of its answers. Knows no page, no worker, no thread.
"""
