"""Not told: A query is put together from strings."""

cursor.execute("SELECT * FROM runs WHERE name = ?", (name,))
