"""A page that shows two places of one text.

Knows the page, and neither documents nor windows.
"""
