"""What a careful reader would stumble over in the text in front: a list beside the page, and quiet marks on it."""
