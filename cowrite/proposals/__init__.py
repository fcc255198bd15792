"""What is proposed for a passage: hunks that are taken or left one by one, in up to three versions.

Owns how two texts become hunks and how any of them become a text again. Knows no page, no model, no task.
"""
