"""What must be answered before anything else happens: questions, file dialogs, encodings.

Does not know what is done with the answer.
"""
