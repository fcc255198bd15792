"""What is done to the log beside writing: retention, erasing, taking stock.

Does not know what the events mean.
"""
