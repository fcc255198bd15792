"""What became of each suggestion: the events, and the SQLite log that keeps them.

Owns the schema, its migrations and the thread that writes. Does not know Qt, the engine or how a suggestion is made.
"""
