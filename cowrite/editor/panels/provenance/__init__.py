"""Where the words on a page are from: marks, legend, the authorship statement.

Does not decide it: that is ``cowrite.provenance``.
"""
