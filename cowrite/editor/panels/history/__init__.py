"""Snapshots of a document, and what changed."""
