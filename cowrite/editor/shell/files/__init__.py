"""Opening, saving and closing as the writer means it: with questions where something could be lost.

Does not know how a file is read or written: that is ``cowrite.editor.document`` and ``cowrite.documents``.
"""
