"""The 1-NN two-sample test: can the nearest neighbour of a picture tell whether it is real?

References: Lopez-Paz and Oquab 2017, Revisiting classifier two-sample tests; Xu et al. 2018, An empirical study on evaluation
metrics of generative adversarial networks.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from advnets.data.images import Points
from advnets.metrics.intervals import Estimate, share
from advnets.metrics.search import nearest


@dataclass(frozen=True)
class TwoSample:
    """How often a leave-one-out 1-NN classifier is right.

    Args:
        accuracy: over all; .5 where samples and real data are alike, 1 where they lie apart, less than .5 where samples are copies.
        on_real: over the real data; low where every real one has a sample nearby.
        on_samples: over the samples; near 1 where samples huddle together.
    """

    accuracy: Estimate
    on_real: float
    on_samples: float


def two_sample(samples: Tensor, real: Tensor, generator: torch.Generator) -> TwoSample:
    """The 1-NN two-sample test between equal numbers of samples and real data, both [n, ...].

    The interval is Wilson's at the effective number 2n / (1 + M), M the share of the 2n points whose nearest neighbour has them as its
    own: two such points are right or wrong together, and where labels are random this is the only dependence (variance (1 + M) / 8n).
    The generator mixes the order, so that neighbours at the same distance are taken at random.
    """
    pool = torch.cat([samples.cpu().float(), real.cpu().float()]).flatten(1)
    order = torch.randperm(len(pool), generator=generator)
    is_real = order >= len(samples)
    itself = torch.arange(len(pool))
    _, other = nearest(pool[order], Points(pool[order]), excluding=itself)
    right = is_real[other] == is_real
    mutual = (other[other] == itself).double().mean().item()
    effective = len(pool) / (1 + mutual)
    accuracy = share(right.double().mean().item() * effective, effective)
    return TwoSample(accuracy, right[is_real].double().mean().item(), right[~is_real].double().mean().item())
