"""Where two careful readers could differ, and what is said here."""

import jax


@jax.jit
def step(state, batch):  # expect: STB002
    """A transformation gives no body: an illustration of a signature reads the same as a gap."""
    ...


@plugin.hook
def on_exit(code):
    """An unknown decorator may supply the body."""
    ...
