"""What is what in a Markdown text: prose, code, headings, comments. Knows no window."""
