"""Not told: A string is given to a parameter whose name says password."""

connect(user="ml", password=os.environ["DB_PASSWORD"])
