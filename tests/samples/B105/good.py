"""Not told: A string is assigned to, or compared with, a name that says password."""

db_password = os.environ["DB_PASSWORD"]
