"""The tricks of the trade by name: each one is an option of `advnets train`. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trick:
    """Something that is said to help.

    Args:
        option: how a run asks for it.
        about: what it does, and who proposed it.
    """

    option: str
    about: str


TRICKS = {
    "non-saturating-cost": Trick(
        "--game.generator non-saturating",
        "G pays -E[log D(G(z))], whose gradient does not vanish where D wins (Goodfellow et al. 2014); the default",
    ),
    "k-steps": Trick("--dynamics.k 5", "more steps of D a round (Goodfellow et al. 2014, Algorithm 1)"),
    "label-smoothing": Trick("--game.smooth 0.9", "D is told .9 of data, and still 0 of samples (Salimans et al. 2016, section 3.4)"),
    "batch-norm": Trick("--nets.norm batch-norm", "G's activations by the statistics of the batch (Ioffe and Szegedy 2015)"),
    "reference-batch-norm": Trick(
        "--nets.norm reference-batch-norm", "by the statistics of a batch that is chosen once (Goodfellow 2016, section 4.3)"
    ),
    "virtual-batch-norm": Trick(
        "--nets.norm virtual-batch-norm",
        "by the statistics of a reference batch and the example itself (Salimans et al. 2016, section 3.5)",
    ),
    "minibatch-discrimination": Trick(
        "--nets.minibatch minibatch-discrimination", "D sees how near a sample's batch mates are (Salimans et al. 2016, section 3.2)"
    ),
    "minibatch-deviation": Trick(
        "--nets.minibatch minibatch-deviation", "D sees the spread of its features over the batch (Karras et al. 2018)"
    ),
    "feature-matching": Trick(
        "--game.generator feature-matching", "G matches the means of D's features (Salimans et al. 2016, section 3.1)"
    ),
    "historical-averaging": Trick(
        "--history.weight 0.1", "players pay for the distance to their own past average (Salimans et al. 2016, section 3.3)"
    ),
    "unrolling": Trick("--dynamics.unrolled 5", "G sees through steps that D would take in answer (Metz et al. 2017)"),
    "extragradient": Trick("--dynamics extragradient", "players move by what they see a step ahead (Korpelevich 1976)"),
    "averaging": Trick("--average.decay 0.999", "samples from an exponential average of G; on in most recipes"),
    "dropout": Trick("--nets.dropout 0.3", "D forgets units at random, as in the paper's own nets"),
    "r1": Trick("--game.penalty r1", "D pays for its slope at data (Mescheder et al. 2018)"),
    "gradient-penalty": Trick(
        "--game wasserstein --game.penalty gradient-penalty", "a Wasserstein critic with slopes near 1 (Gulrajani et al. 2017)"
    ),
    "spectral-norm": Trick(
        "--nets.discriminator-weights spectral", "D's matrices divided by their largest singular values (Miyato et al. 2018)"
    ),
    "least-squares": Trick("--game least-squares", "squared distances in place of log probabilities (Mao et al. 2017)"),
    "hinge": Trick("--game hinge", "D stops pushing where it is right by a margin (Lim and Ye 2017)"),
    "labels": Trick("--game conditional", "both players are told the class (Goodfellow et al. 2014, section 7); pictures with labels only"),
    "projection": Trick(
        "--game conditional --game.condition projection",
        "D is told the class at its features, not beside the picture (Miyato and Koyama 2018)",
    ),
    "mismatched-classes": Trick(
        "--game conditional --game.mismatched 0.25", "D shall refuse data beside a class that is not its own, too (Reed et al. 2016)"
    ),
    "collapse-alarm": Trick("--stop-on collapse", "end a run that has lost the data's variety"),
}
