"""The keys of commands, and their conflicts."""
