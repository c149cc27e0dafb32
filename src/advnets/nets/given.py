"""Networks that are given something more: wrappers that bring several inputs into the form which one network takes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from advnets.nets import dcgan, mlp
from advnets.nets.apart import apart


class Beside(nn.Module):
    """Two inputs side by side as plain numbers, [n, ...] each, into a network on rows [n, a + b].

    Args:
        net: a generator whose noise is as wide as both together, or a fully connected discriminator.
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        return self.net(torch.cat([first.flatten(1), second.flatten(1)], 1))


class Channels(nn.Module):
    """Pictures x [n, c, h, w] with what is known of them, c [n, k], as k constant channels more.

    Args:
        net: a network on pictures of c + k channels.
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        return self.net(torch.cat([x, c[:, :, None, None].expand(-1, -1, *x.shape[2:])], 1))


class Projection(nn.Module):
    """Rows x [n, *shape] with what is known of them, c [n, k] -> logits [n]: a judgement of x, and how x agrees with c.

        D(x, c) = psi(phi(x)) + <V c, phi(x)>                            (Miyato and Koyama 2018)

    phi: all layers but the last, psi: the last, V [features, k]: a row of weights for each class, which starts in N(0, .02).

    Args:
        net: a discriminator of rows, whose layers these are.
        classes: k.
    """

    def __init__(self, net: mlp.Discriminator | dcgan.Discriminator, classes: int) -> None:
        super().__init__()
        features, judge = apart(net)
        *beside, last, _ = judge
        assert isinstance(last, nn.Linear)
        self.features, self.last = features.extend(beside), last
        self.classes = nn.Linear(classes, last.in_features, bias=False)
        nn.init.normal_(self.classes.weight, 0, 0.02)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        features = self.features(x)
        return self.last(features).squeeze(1) + (self.classes(c) * features).sum(1)


class Joined(nn.Module):
    """Left and right halves of pictures, [n, c, h, ...] each, into a network on whole pictures.

    Args:
        net: a network on pictures [n, c, h, w].
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        return self.net(torch.cat([left, right], -1))


class Completing(nn.Module):
    """Left halves [n, c, h, w // 2] in [0, 1] and noise z [n, d] -> right halves, by way of a code of the left.

    Args:
        encoder: pictures [n, c, h, w], black on the right, -> codes [n, k].
        generator: [n, k + d] -> pictures [n, c, h, w], whose right halves are taken.
        width: w in pixels.
    """

    def __init__(self, encoder: nn.Module, generator: nn.Module, width: int) -> None:
        super().__init__()
        self.encoder, self.generator, self.width = encoder, generator, width

    def forward(self, left: Tensor, z: Tensor) -> Tensor:
        black = left.new_zeros(*left.shape[:-1], self.width - left.shape[-1])
        code = self.encoder(torch.cat([left, black], -1))
        return self.generator(torch.cat([code, z], 1))[..., left.shape[-1] :]
