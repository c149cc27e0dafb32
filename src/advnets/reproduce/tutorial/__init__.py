"""The claims of Goodfellow's tutorial of 2016, "Generative Adversarial Networks", in the tutorial's order."""

from advnets.reproduce.claims import Claim
from advnets.reproduce.tutorial import (
    alarm,
    arithmetic,
    costs,
    cures,
    dcgan,
    digits,
    dynamics,
    estimators,
    evaluation,
    fitting,
    modes,
    normalisation,
    smoothing,
    training,
)

CLAIMS: tuple[Claim, ...] = (
    *costs.CLAIMS,
    *fitting.CLAIMS,
    *estimators.CLAIMS,
    *digits.CLAIMS,
    *training.CLAIMS,
    *dynamics.CLAIMS,
    *modes.CLAIMS,
    *smoothing.CLAIMS,
    *normalisation.CLAIMS,
    *cures.CLAIMS,
    *dcgan.CLAIMS,
    *arithmetic.CLAIMS,
    *evaluation.CLAIMS,
    *alarm.CLAIMS,
)
