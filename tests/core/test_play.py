"""A round moves parameters by their own gradients, however both lie in memory."""

import pytest
import torch
from torch import nn

from advnets.core import Game, Player, play, simultaneous


@pytest.mark.parametrize("optimiser", [torch.optim.Adam, torch.optim.SGD])
def test_a_parameters_memory_layout_changes_nothing(optimiser):
    torch.manual_seed(0)
    weight = torch.randn(8, 4, 3, 3)

    class Weighing(nn.Module):
        def __init__(self, layout: torch.memory_format) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.ones(8, 4, 3, 3).to(memory_format=layout))

        def forward(self):
            return (self.weight * weight).sum()  # its gradient is `weight`, whose layout is fixed

    game = Game({"A": Player(("A",), lambda n, b: n.A())}, simultaneous("A"), lambda data, nets, rng: None)
    nets = [{"A": Weighing(layout)} for layout in (torch.contiguous_format, torch.channels_last)]
    for own in nets:
        optimisers = {"A": optimiser(own["A"].parameters(), lr=0.1, fused=True)}
        for round in range(3):
            play(game, own, optimisers, None, round)
    assert nets[1]["A"].weight.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(nets[0]["A"].weight, nets[1]["A"].weight)
    assert not torch.equal(nets[0]["A"].weight, torch.ones(8, 4, 3, 3))
