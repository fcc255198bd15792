"""Where every character of a document is from, and what became of the accepted ones.

Knows texts, ranges and the decision log. Does not know Qt, nor how a suggestion is made.
"""
