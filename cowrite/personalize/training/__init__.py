"""The training process: its job, its loop, its checkpoints and its progress.

Does not judge what comes of it.
"""
