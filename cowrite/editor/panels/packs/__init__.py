"""The window of the GPU pack."""
