"""From a prompt to candidates: the token loop, drafts, prefix cache, the writer's own words.

Does not know threads or who asks.
"""
