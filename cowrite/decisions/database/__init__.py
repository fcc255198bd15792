"""The SQLite file: tables, rows, migrations, repair.

Does not know who writes, or what the events mean.
"""
