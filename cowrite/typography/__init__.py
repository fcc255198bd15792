"""Quotation marks, dashes and ellipses as a typesetter would choose them. Knows no window."""
