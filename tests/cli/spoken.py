"""What is said on the command line, and what it answers."""

from dataclasses import dataclass

TINY = [
    *("--batch-size", "16", "--precision", "float32", "--nets", "mlp", "--nets.generator", "8", "--nets.discriminator", "8"),
    *("--prior.dim", "4", "--log.every", "5", "--checkpoints.every", "5", "--samples.every", "1000", "--samples.count", "16"),
]
"""Options that make any recipe a matter of a second."""


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def complaint(self):
        """The one line of an error."""
        assert self.status == 2, self
        assert self.out == "", self.out
        assert self.err.count("\n") == 1, self.err
        assert self.err.startswith("advnets: error: "), self.err
        assert "Traceback" not in self.err
        return self.err.removeprefix("advnets: error: ").rstrip("\n")
