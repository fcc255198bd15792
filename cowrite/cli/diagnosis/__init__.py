"""What ``cowrite doctor`` finds, and how it is said."""
