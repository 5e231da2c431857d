"""Where two careful readers could differ, and what is said here."""


class Adapter(Layer):  # a base of another package
    def merge(self):  # expect: STB003
        """By the letter a stub; the operation may make no sense for this layer."""
        raise NotImplementedError("merging is not supported for this layer")


class Factory:
    def __init__(self):  # expect: STB003
        """A guard against instances of a class of static methods reads the same as a gap."""
        raise NotImplementedError


class Storage:  # all of it refuses: an interface in all but its name
    def get(self, key):  # expect: STB003
        raise NotImplementedError

    def put(self, key, value):  # expect: STB003
        raise NotImplementedError
