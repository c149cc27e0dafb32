"""What is played: the games that an experiment can state, and how their fields are followed."""

from __future__ import annotations

from dataclasses import dataclass, field

from advnets.experiment.bounds import Count, Positive


@dataclass(frozen=True)
class NonSaturating:
    """G pays -E[log D(G(z))] (Goodfellow et al. 2014, section 3)."""


@dataclass(frozen=True)
class ZeroSum:
    """G pays V, what D is paid (Goodfellow et al. 2014, eq. 1). It saturates where D rejects samples."""


@dataclass(frozen=True)
class Gan:
    """The original game of a discriminator D and a generator G."""

    generator: NonSaturating | ZeroSum = field(default_factory=NonSaturating)
    """what G pays"""
    weight: Positive = 1.0
    """factor on V wherever a player pays it; 1/2 in the authors' code and in the tutorial"""


@dataclass(frozen=True)
class Conditional:
    """p(x | c): both players are given the class c of the picture (Goodfellow et al. 2014, section 7, item 1). Needs labels."""

    generator: NonSaturating | ZeroSum = field(default_factory=NonSaturating)
    """what G pays"""
    weight: Positive = 1.0
    """factor on V wherever a player pays it; 1/2 in the authors' code and in the tutorial"""


@dataclass(frozen=True)
class Inpainting:
    """The right half of a picture, given the left (Goodfellow et al. 2014, section 7, item 3)."""

    generator: NonSaturating | ZeroSum = field(default_factory=NonSaturating)
    """what G pays"""
    weight: Positive = 1.0
    """factor on V wherever a player pays it; 1/2 in the authors' code and in the tutorial"""


@dataclass(frozen=True)
class Alternating:
    """The opponent takes k steps, then the generator one (Algorithm 1)."""

    k: Count = 1
    """steps of D a round"""


@dataclass(frozen=True)
class Simultaneous:
    """All players look at the same point, on one shared pass, and then move."""


@dataclass(frozen=True)
class Extragradient:
    """All players look one step ahead, and move by what they see there."""


Game = Gan | Conditional | Inpainting
Dynamics = Alternating | Simultaneous | Extragradient
