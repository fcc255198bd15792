"""Which tasks on a passage a model does well: bundled examples, what is counted, and what is kept of it.

Owns how an answer is judged against doing nothing. Knows no engine, no window, no thread.
"""
