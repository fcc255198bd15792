"""One module, or package, for each kind of file that is read."""
