"""Notes to oneself beside a document."""
