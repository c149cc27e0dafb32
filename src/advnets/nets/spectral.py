"""Spectral norm (Miyato et al. 2018): every weight matrix W of a network is used as W / sigma(W), its largest singular value.

Each layer is then 1-Lipschitz, and so is a network of them whose activations are. sigma is u' W v, with u and v kept from step to step and
brought nearer to the leading singular vectors by one power iteration in each call while training. They are buffers of the network, and
saved with it.
"""

from __future__ import annotations

from typing import TypeVar

from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

Net = TypeVar("Net", bound=nn.Module)


def spectral(net: Net) -> Net:
    """The same network with spectral norm on the weights of its linear layers and convolutions; biases stay free.

    A convolution's weight [out, in, h, w] counts as a matrix [out, in h w], as in the paper. The optimiser moves W itself, which is called
    `parametrizations.weight.original` from then on.

    >>> import torch
    >>> layer = spectral(nn.Linear(3, 3))
    >>> _ = [layer(torch.zeros(1, 3)) for _ in range(100)]
    >>> round(torch.linalg.matrix_norm(layer.weight, 2).item(), 4)
    1.0
    """
    for layer in net.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            spectral_norm(layer)
    return net
