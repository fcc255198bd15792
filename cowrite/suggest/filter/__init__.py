"""The show filter: which candidates are worth a glance, and the writer's own filter fitted on the decision log.

Does not know the page.
"""
