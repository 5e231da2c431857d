"""Told: A parameter whose name says password has a string as default."""

def connect(user, password="tr4in-cluster-0042"):  # expect: B107
    return open_session(user, password)
