"""What readers of several kinds need: blocks that are built piece by piece, lists by level, tables, pictures."""
