"""What is no marker.

# TODO: this stands in a docstring
"""

SIZES = ["S", "XXXL", "TODO"]  # XXXL is a size
NAME = "# TODO: nothing to do"
TEXT = """
# FIXME: in a string of several lines
value = 1  # TODO: the same
"""
QUERY = f"""
-- {SIZES} # XXX
"""
RAW = r"\# TODO"
BYTES = b"# HACK"


def hacky(todo_list):
    """A hacky list of todos."""
    # an ugly hack, but it works
    # the todos of the day, todo-list and TODO_LIST
    # the placeholder of a phone number is XXX-XXX-XXXX
    # counts the TODO/FIXME comments, see TODO.md
    # finds TODO comments, "TODO" markers and TODO, FIXME, HACK tags
    # hardcoded, see TODO above
    return [t for t in todo_list if t != "TODO"]  # noqa: TD001
