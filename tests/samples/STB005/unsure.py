"""Where two careful readers could differ, and what is said here."""

# curl --header "token: XXX" works  # expect: STB005
# loops over the todo items
# x = 1  # TODO: in a comment that is switched-off code  # expect: STB005
# XXX: first part of the change begins  # expect: STB005
