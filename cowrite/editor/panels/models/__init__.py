"""The window of models: which there are, what fits this machine, and getting, choosing and removing one."""
