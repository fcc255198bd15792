"""What is said of a text when it is read aloud, in which order, and how a speech service is talked to. Knows no Qt."""
