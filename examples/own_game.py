"""Your own game, networks and data on the engine: least-squares adversarial nets (Mao et al. 2017) learn a circle."""

import torch
from torch import nn

from advnets import Game, Player, alternating, play

torch.manual_seed(0)
angle = 2 * torch.pi * torch.rand(10_000)
data = torch.stack([angle.cos(), angle.sin()], 1)  # [n, 2]
nets = {
    "D": nn.Sequential(nn.Linear(2, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1)),
    "G": nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2)),
}


def draw(data, nets, rng):  # what a turn is played on: a batch of data x and noise z
    return data[rng.integers(len(data), 128)], rng.normal(128, 4)


def judge(n, batch):  # what D pays: 1 is its word for data, 0 for samples
    x, z = batch
    return (n.D(x) - 1).square().mean() + n.D(n.G(z)).square().mean()


def fool(n, batch):  # what G pays
    _, z = batch
    return (n.D(n.G(z)) - 1).square().mean()


game = Game({"D": Player(("D",), judge), "G": Player(("G",), fool)}, alternating(D=1, G=1), draw)
optimisers = {player: torch.optim.Adam(nets[player].parameters(), 1e-3, (0.5, 0.999)) for player in game.players}
for round in range(2000):
    play(game, nets, optimisers, data, round)

radius = nets["G"](torch.randn(1000, 4)).norm(dim=1)
print(f"samples lie {radius.mean():.2f} ± {radius.std():.2f} from the centre; data lie 1 from it")
