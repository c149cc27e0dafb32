"""Theory: exact results on the line, in float64 and nats. D*, V, C(G), KL, JSD by quadrature; Proposition 2 as a descent.

A density is given by its logarithm, a function of points [n]; `gaussian` and `mixture` make such functions.
"""

from advnets.theory.densities import Line, Mixture, gaussian, mixture
from advnets.theory.divergences import chi_squared, jsd, kl, squared_hellinger
from advnets.theory.equilibrium import (
    EQUILIBRIUM,
    optimal_discriminator,
    optimal_logit,
    smoothed_discriminator,
    value,
    virtual_criterion,
)
from advnets.theory.function_space import Descent, binned, descend
from advnets.theory.quadrature import Rule, covering, interval, panels

__all__ = [
    "EQUILIBRIUM",
    "Descent",
    "Line",
    "Mixture",
    "Rule",
    "binned",
    "chi_squared",
    "covering",
    "descend",
    "gaussian",
    "interval",
    "jsd",
    "kl",
    "mixture",
    "optimal_discriminator",
    "optimal_logit",
    "panels",
    "smoothed_discriminator",
    "squared_hellinger",
    "value",
    "virtual_criterion",
]
