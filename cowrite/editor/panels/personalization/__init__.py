"""Personalization: the training process as the window sees it, its schedule, its results and versions.

Does not train: that is a process of ``cowrite.personalize``.
"""
