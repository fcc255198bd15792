"""An engine on another machine, over the protocol that OpenAI's servers made common. Free of torch and Qt.

Off until the writer switches it on. Nothing is logged of what is sent or answered.
"""
