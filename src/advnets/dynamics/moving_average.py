"""Exponentially averaged networks: what a generator has been lately, rather than where its last step threw it."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import torch
from torch import Tensor, nn


class MovingAverage:
    """Shadows of networks, moved towards them after every round: a <- a + (1 - d) (p - a).

    The decay d is ramped, min(decay, (1 + t) / (10 + t)) after t updates, so that the first rounds are soon forgotten. Buffers of
    floating point (batch norm's statistics) are averaged too, others copied.

    Args:
        nets: the networks to shadow, by name.
        decay: in [0, 1); .999 remembers about a thousand rounds.
    """

    def __init__(self, nets: Mapping[str, nn.Module], decay: float) -> None:
        self.decay, self.updates = decay, 0
        self.nets = {name: copy.deepcopy(net).requires_grad_(False).eval() for name, net in nets.items()}
        self.live = [(t, s) for name, net in nets.items() for t, s in zip(tensors(net), tensors(self.nets[name]), strict=True)]

    @torch.no_grad()
    def update(self) -> None:
        """Take one step towards the live networks."""
        self.updates += 1
        step = 1 - min(self.decay, (1 + self.updates) / (10 + self.updates))
        floating = [(live, shadow) for live, shadow in self.live if live.is_floating_point()]
        torch._foreach_lerp_(  # pyright: ignore[reportPrivateUsage, reportPrivateImportUsage]
            [shadow for _, shadow in floating], [live for live, _ in floating], step
        )
        for live, shadow in self.live:
            if not live.is_floating_point():
                shadow.copy_(live)

    def state_dict(self) -> dict[str, int]:
        """The count of updates; the shadows' weights are saved as networks."""
        return {"updates": self.updates}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Take the count up again."""
        self.updates = state["updates"]


def tensors(net: nn.Module) -> list[Tensor]:
    """Parameters and buffers."""
    return [t.detach() for t in (*net.parameters(), *net.buffers())]
