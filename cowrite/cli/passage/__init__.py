"""Tasks on passages from the command line, and which of them a model does well.

Owns how their options become requests and their answers lines. Knows neither how a task is done nor how it is measured.
"""
