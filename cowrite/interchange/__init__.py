"""Other programs' files: each is read into one model of a manuscript and written from it. Knows no window."""
