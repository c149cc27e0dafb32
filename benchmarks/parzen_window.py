"""The Parzen-window estimate against scikit-learn's, and against the one matrix product that it cannot do without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from sklearn.neighbors import KernelDensity
from torch import Tensor

from advnets.data import Images, Points, open_data
from advnets.metrics.parzen import SIGMAS
from advnets.metrics.window import log_densities
from timing import Row, compared


def parzen(seconds: float, samples: int = 2000, rows: int = 500) -> Row:
    """The densities for all ten widths at a size that scikit-learn manages in some seconds."""
    s, x = pictures(samples, 0), pictures(rows, 1)
    made = compared(
        ("KernelDensity of scikit-learn, one leaf, ten widths", lambda: by_scikit_learn(s, x)),
        ("one pass over distances, ten widths", lambda: log_densities(s, Points(x), SIGMAS)),
        seconds,
        threads=torch.get_num_threads(),
        same_algorithm=False,
        warm_up=1,
    )
    difference = np.abs(by_scikit_learn(s, x) - log_densities(s, Points(x), SIGMAS).numpy()).max()
    return replace(made, extra={"difference_nats": float(difference)})


def parzen_product(seconds: float, samples: int = 10_000, validation: int = 1000, test: int = 10_000) -> Row:
    """The estimate at the paper's size: ten widths at the validation pictures, the best at the test pictures."""
    s, v, x = pictures(samples, 0), pictures(validation, 1), pictures(test, 2)
    both = torch.cat([v, x]).numpy()

    def estimate() -> Tensor:
        best = int(log_densities(s, Points(v), SIGMAS).mean(0).argmax())
        return log_densities(s, Points(x), SIGMAS[best : best + 1]).mean()

    return compared(
        ("the matrix product alone, float32", lambda: np.matmul(both, s.numpy().T)),
        ("the whole estimate", estimate),
        seconds,
        threads=torch.get_num_threads(),
        same_algorithm=False,
        warm_up=1,
    )


def by_scikit_learn(samples: Tensor, rows: Tensor) -> np.ndarray:
    """The densities [m, 10] in nats, from a tree of one leaf: with more leaves its bounds lose thousands of nats in 784 dimensions."""
    trees = (KernelDensity(bandwidth=sigma, leaf_size=len(samples)).fit(samples.numpy()) for sigma in SIGMAS)
    return np.stack([tree.score_samples(rows.numpy()) for tree in trees], 1)


def pictures(n: int, seed: int) -> Tensor:
    """n embedded digits, each changed a little, so that no two are the same: float32 [n, 784] in [0, 1]."""
    data, generator = open_data("mnist-5k"), torch.Generator().manual_seed(seed)
    assert isinstance(data, Images)
    real = data.rows(torch.randint(len(data), (n,), generator=generator)).flatten(1)
    return (real + 0.1 * torch.rand(real.shape, generator=generator)).clamp_(max=1)
