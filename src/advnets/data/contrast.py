"""Global contrast normalisation: pictures whose brightness and contrast are taken away, as in the paper's CIFAR-10 experiments.

    x <- 55 (x - mean x) / |x - mean x|, mean and Euclidean norm over all channels and pixels of a picture

The numbers are of any sign, and have no bound that all pictures share. A picture of one colour in all its channels becomes 0.
"""

from __future__ import annotations

import torch
from torch import Tensor

NORM = 55.0
"""Of a picture, as in the authors' code (`gcn: 55.`)."""


def normalised(stored: Tensor) -> Tensor:
    """Pictures of mean 0 and Euclidean norm 55.

    Args:
        stored: uint8 [n, c, h, w].

    Returns:
        float32 [n, c, h, w].

    >>> normalised(torch.tensor([[[[0, 255]]], [[[9, 9]]]], dtype=torch.uint8)).flatten(1)
    tensor([[-38.8909,  38.8909],
            [  0.0000,   0.0000]])
    """
    pictures = stored.flatten(1)
    mean = pictures.sum(1, keepdim=True, dtype=torch.float64) / pictures.shape[1]  # of equal numbers exactly their value
    centred = pictures.float() - mean.float()
    norm = centred.norm(dim=1, keepdim=True)
    return (centred * (NORM / norm.where(norm > 0, 1))).view(stored.shape)
