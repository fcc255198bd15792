"""The window about a model on a server of the writer's: where it is, what it is used for, whether it answers."""
