"""Goals of a sitting and of a document."""
