"""Whether an adapter is better: scoring, the promotion gate, the report.

Does not train.
"""
