"""How models get onto this machine from the command line: from the catalogue, from a publisher, from a file."""
