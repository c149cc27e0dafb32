"""What is played: the games that an experiment can state, and how their fields are followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from advnets.experiment.bounds import Count, Positive, Share, Target, Whole


@dataclass(frozen=True)
class NonSaturating:
    """G pays -E[log D(G(z))] (Goodfellow et al. 2014, section 3)."""


@dataclass(frozen=True)
class ZeroSum:
    """G pays V, what D is paid (Goodfellow et al. 2014, eq. 1). It saturates where D rejects samples."""


@dataclass(frozen=True)
class MaximumLikelihood:
    """G pays -E[D / (1 - D)], which descends KL(p || p_g) against the optimal D (Goodfellow 2016, exercise 3). Its gradient is noisy."""


@dataclass(frozen=True)
class FeatureMatching:
    """G pays |E f(x) - E f(G(z))|^2, f what D's last layer is given (Salimans et al. 2016, section 3.1), and nothing for D's verdict."""


@dataclass(frozen=True)
class NoPenalty:
    """D pays for its part in the game and nothing else."""


@dataclass(frozen=True)
class R1:
    """D pays for its slope at data, weight / 2 E[|dD/dx|^2] (Mescheder et al. 2018)."""

    weight: Positive = 10.0
    """gamma, the factor on half the mean square slope"""


@dataclass(frozen=True)
class GradientPenalty:
    """D pays where its slope is not 1, weight E[(|dD/dx| - 1)^2] between data and samples (Gulrajani et al. 2017). No batch norm in D."""

    weight: Positive = 10.0
    """lambda, the factor on the mean square distance of the slope from 1"""


@dataclass(frozen=True)
class Gan:
    """The original game of a discriminator D and a generator G."""

    generator: NonSaturating | ZeroSum | MaximumLikelihood | FeatureMatching = field(default_factory=NonSaturating)
    """what G pays"""
    weight: Positive = 1.0
    """factor on V wherever a player pays it; 1/2 in the authors' code and in the tutorial"""
    smooth: Target = 1.0
    """what D is told of data; 0.9 is one-sided label smoothing"""
    penalty: NoPenalty | R1 = field(default_factory=NoPenalty)
    """what D pays for its slope"""


@dataclass(frozen=True)
class Conditional:
    """p(x | c): both players are given the class c of the picture (Goodfellow et al. 2014, section 7, item 1). Needs labels."""

    generator: NonSaturating | ZeroSum | MaximumLikelihood = field(default_factory=NonSaturating)
    """what G pays"""
    weight: Positive = 1.0
    """factor on V wherever a player pays it; 1/2 in the authors' code and in the tutorial"""
    condition: Literal["input", "projection"] = "input"
    """how D is given the class: beside the picture, or as the direction on which D's features are projected (Miyato and Koyama 2018)"""
    mismatched: Share = 0.0
    """share of what D shall refuse that is data beside the class of another row, in [0, 1); the rest are samples (Reed et al. 2016)"""
    penalty: NoPenalty | R1 = field(default_factory=NoPenalty)
    """what D pays for its slope"""


@dataclass(frozen=True)
class Inpainting:
    """The right half of a picture, given the left (Goodfellow et al. 2014, section 7, item 3)."""

    generator: NonSaturating | ZeroSum | MaximumLikelihood = field(default_factory=NonSaturating)
    """what G pays"""
    weight: Positive = 1.0
    """factor on V wherever a player pays it; 1/2 in the authors' code and in the tutorial"""


@dataclass(frozen=True)
class LeastSquares:
    """D shall say 1 of data and 0 of samples, G wants 1; both pay half the squared distance (Mao et al. 2017)."""

    penalty: NoPenalty | R1 | GradientPenalty = field(default_factory=NoPenalty)
    """what D pays for its slope"""


@dataclass(frozen=True)
class Hinge:
    """D pays where it is not above 1 at data or not below -1 at samples; G pays -E[D(G(z))] (Lim and Ye 2017)."""

    penalty: NoPenalty | R1 | GradientPenalty = field(default_factory=NoPenalty)
    """what D pays for its slope"""


@dataclass(frozen=True)
class Wasserstein:
    """D pays E[D(G(z))] - E[D(x)], G pays -E[D(G(z))] (Arjovsky et al. 2017); D's slope is held near 1 by the penalty."""

    penalty: GradientPenalty | R1 | NoPenalty = field(default_factory=GradientPenalty)
    """what D pays for its slope"""


@dataclass(frozen=True)
class FGan:
    """D raises the variational bound of an f-divergence between data and samples, G lowers it (Nowozin et al. 2016)."""

    divergence: Literal["kl", "reverse-kl", "jensen-shannon", "gan", "pearson", "hellinger"] = "kl"
    """of data and samples: kl weighs the log ratio of densities by the data, reverse-kl by the samples; gan is the original game"""
    generator: ZeroSum | NonSaturating = field(default_factory=ZeroSum)
    """what G pays"""
    penalty: NoPenalty | R1 = field(default_factory=NoPenalty)
    """what D pays for its slope"""


@dataclass(frozen=True)
class Alternating:
    """The opponent takes k steps, then the generator its own, one in Algorithm 1."""

    k: Count = 1
    """steps of D a round"""
    generator_steps: Count = 1
    """steps of G a round; many of them play max-min instead of min-max"""
    unrolled: Whole = 0
    """steps of D that G looks ahead, and sees through (Metz et al. 2017)"""
    unrolled_rate: Positive = 0.0005
    """size of these steps, which are plain gradient steps on what D pays"""


@dataclass(frozen=True)
class Simultaneous:
    """All players look at the same point, on one shared pass, and then move."""


@dataclass(frozen=True)
class Extragradient:
    """All players look one step ahead, and move by what they see there."""


Game = Gan | Conditional | Inpainting | LeastSquares | Hinge | Wasserstein | FGan
Dynamics = Alternating | Simultaneous | Extragradient
