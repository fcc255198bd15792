"""Simulated writers, who type a given text through the real controller.

Used by commands and the promotion gate, never by the window.
"""
