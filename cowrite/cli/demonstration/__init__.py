"""What “cowrite demo” plays: the stage on which it does, and the rooms that it shows."""
