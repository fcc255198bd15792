"""Reading aloud: voices of the system, and what of the page is shown while they speak."""
