"""Figures, sections and plots that several panels are made of.

Knows no reading: what is shown is handed in.
"""
