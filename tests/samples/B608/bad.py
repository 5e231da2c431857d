"""Told: A query is put together from strings."""

cursor.execute(f"SELECT * FROM runs WHERE name = '{name}'")  # expect: B608
