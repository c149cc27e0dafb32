"""The claims of Goodfellow's tutorial of 2016, "Generative Adversarial Networks", in the tutorial's order."""

from advnets.reproduce.claims import Claim

CLAIMS: tuple[Claim, ...] = ()
