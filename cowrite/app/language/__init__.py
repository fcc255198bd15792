"""The language of the interface in the window program: at the start, and changed while it runs."""
