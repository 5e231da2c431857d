"""Not told: An `assert` guards something at run time."""

if not batch:
    raise ValueError("the batch is empty")
