"""What this program is, what it is made of, and what a report of a problem should say."""
