"""Commands on a text that need no model."""
