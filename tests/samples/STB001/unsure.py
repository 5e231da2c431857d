"""Where two careful readers could differ, and what is said here."""


class Encoder(Framework):  # a base of another package: nobody knows what it does in this method
    def forward(self, x):  # expect: STB001
        pass

    def set_epoch(self, epoch):  # a hook by its name
        pass


class Job:
    def __init__(self):  # nothing to keep is no gap
        pass

    def run(self, **options):
        """Takes anything: a sink, where the name promises no work."""
        pass


def callback(event):  # expect: STB001
    """Called for each event."""


def build_table(rows):  # expect: STB001
    """Nothing is built when there are no rows, and the table has as many rows as there are elsewhere."""
