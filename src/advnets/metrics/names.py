"""The metrics by name, a line each. Standard library only: listing them imports no torch."""

from __future__ import annotations

from difflib import get_close_matches

METRICS = {
    "neighbours": "distance to the nearest training examples, copies, and the 1-NN two-sample test",
    "classes": "shares of the classes among the samples, as a small classifier trained on the real pictures sees them",
    "frechet": "squared Fréchet distance to the real pictures on the features of that classifier (not FID)",
    "kid": "kernel distance on features: the unbiased squared maximum mean discrepancy with a cubic kernel",
    "prdc": "precision, recall, density and coverage: do samples lie among the real pictures' features, and everywhere among them?",
    "score": "an Inception-style score: are samples of clear classes, and of many?",
    "dots": "count the bright spots of samples: how many have as many as the real pictures do",
    "parzen": "log-likelihood of test pictures under a Gaussian window on the samples, as in the paper, beside two controls",
    "modes": "modes of a toy mixture that samples cover, and the share of samples within three standard deviations of one",
}

CLASSIFIER, EFFICIENTNET = "classifier", "efficientnet-lite0"
"""What metrics can look through; or a file."""

SAMPLES = {"parzen": 10_000, "modes": 2500}
"""How many samples a metric is defined with, where it is."""


def suggestion(word: str) -> str:
    """What to write instead of a name that is none.

    >>> suggestion("neighbors")
    'did you mean neighbours?'
    """
    close = get_close_matches(word.lower(), METRICS, n=1)
    return f"did you mean {close[0]}?" if close else f"the metrics are {', '.join(METRICS)}"
