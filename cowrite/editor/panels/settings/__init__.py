"""The settings dialog, made from what the preferences say of themselves.

Does not know what a preference does.
"""
