"""Whether there is a newer version, asked only of whom and when the writer said so; see docs/adr/0070."""
