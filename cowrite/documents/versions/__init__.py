"""Earlier versions of documents: snapshots, what two versions of a text have in common, and undo steps that were kept.

Knows nothing of windows; everything that touches the disk may be called on any thread.
"""
