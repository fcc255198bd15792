"""What “cowrite demo” plays: the stage on which it does, the features that it shows, and texts for them."""
