"""What a careful reader would stumble over in a text, found without a model: each finding with its place.

Knows no Qt and no model.
"""
