"""Bytes to text and back without loss, atomic saving, the journal and recovery.

Knows neither Qt nor suggestions.
"""
