"""What the writers of files with pages share: the text made ready, its language, its look, pictures, the ZIP file."""
