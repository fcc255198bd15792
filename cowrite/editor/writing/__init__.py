"""What helps the hands on the page: smart punctuation, lists, focus, goals being counted."""
