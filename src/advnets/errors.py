"""What the command line turns into a one-line error: bad input (exit status 2), and runs that end early (1)."""


class BadInput(ValueError):
    """Something that came from outside (a file, an option, a name) cannot be used.

    The message is one line, names the file or the field, and says what would be right.
    """


class Stopped(RuntimeError):
    """A run ended before its last round: the user asked for it, a rank was lost, or it diverged.

    The message is one line and says what remains and how to go on. The command line exits with status 1.
    """


class Diverged(Stopped):
    """Costs or parameters are no longer finite."""
