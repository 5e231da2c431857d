"""Not told: A parameter whose name says password has a string as default."""

def connect(user, password):
    return open_session(user, password)
