"""Commands that do something with a text and need no model: count it, convert it, check its spelling."""
