"""The Jacobian of a game's field: how the players pull near a point (Mescheder, Nowozin and Geiger 2017, The numerics of GANs).

    J = d xi / d theta,    xi(theta) = (d cost_i / d theta_i)_i

Following the field, d theta / dt = -xi, turns and shrinks what is near an equilibrium by the eigenvalues of -J. A simultaneous
step, theta <- theta - eta xi, does so by those of 1 - eta J. In a minimisation J is symmetric and nothing turns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn

from advnets.core import Field, Game, Point, Turn, field, here


def jacobian(game: Game[Any, Any], nets: Mapping[str, nn.Module], batch: Any, at: Point | None = None, field: Field = field) -> Tensor:
    """The Jacobian of the field that all players see in one simultaneous look, whatever the game's turns.

    Rows and columns are the numbers that the players own: players in the game's order, their networks in the order of `owns`,
    parameters in the networks' order. It takes one backward pass a row, so it is for small games.

    Args:
        game: whose field.
        nets: the networks by name; set them to evaluation mode if their noise or statistics shall not enter.
        batch: what the costs are measured on.
        at: the point to look from; where the networks stand if None. Its tensors must require gradients, as parameters do.
        field: `core.field.field`, or a transform of it that can be differentiated.

    Returns:
        J [n, n] in the parameters' dtype; J[i, j] is the derivative of the field's component i in number j.

    Raises:
        ValueError: a player owns a parameter that its cost does not depend on.

    >>> from advnets.games.xy import Coordinate, xy
    >>> matrix = jacobian(xy(), {"x": Coordinate(3.0), "y": Coordinate(4.0)}, None)
    >>> matrix @ torch.tensor([3.0, 4.0])  # xi = (y, -x) is linear
    tensor([ 4., -3.])
    """
    look = Turn(tuple(game.players))
    point = here(nets) if at is None else at
    moves = field(game, look, nets, batch, point, create_graph=True)
    gradients = {key: gradient for move in moves.values() for key, gradient in move.gradients.items()}
    xi = torch.cat([gradient.flatten() for gradient in gradients.values()])
    theta = [point[net][name] for net, name in gradients]
    if not xi.requires_grad:  # every cost is linear in what its player owns, and in nothing else
        return xi.new_zeros(len(xi), len(xi))
    rows = (torch.autograd.grad(component, theta, retain_graph=True, allow_unused=True, materialize_grads=True) for component in xi)
    return torch.stack([torch.cat([part.flatten() for part in row]) for row in rows])


@dataclass(frozen=True)
class Spectrum:
    """What the eigenvalues of a Jacobian say.

    Args:
        eigenvalues: of J, complex [n], by real part and then by imaginary part, ascending.
    """

    eigenvalues: Tensor

    @property
    def rotation(self) -> float:
        """The largest absolute imaginary part, at least 0: radians turned in a unit of time. 0 in every minimisation."""
        return self.eigenvalues.imag.abs().max().item()

    @property
    def attraction(self) -> float:
        """The least real part of J's eigenvalues, that of the slowest decay of the flow -xi per unit of time.

        Positive: the point attracts. Negative: it repels in some direction. 0: to first order some direction does neither.
        """
        return self.eigenvalues.real.min().item()

    def radius(self, rate: float) -> float:
        """The spectral radius of a simultaneous step, max |1 - rate lambda|: below 1 the steps converge, above 1 they leave.

        Args:
            rate: eta, the step of all players.
        """
        return (1 - rate * self.eigenvalues).abs().max().item()


def spectrum(jacobian: Tensor) -> Spectrum:
    """The eigenvalues of a Jacobian [n, n], in order.

    >>> turning = spectrum(torch.tensor([[0.0, 1.0], [-1.0, 0.0]]))
    >>> turning.eigenvalues
    tensor([0.-1.j, 0.+1.j])
    >>> turning.rotation, turning.attraction, round(turning.radius(0.1), 4)  # sqrt(1 + eta**2)
    (1.0, 0.0, 1.005)
    """
    found = cast(Tensor, torch.linalg.eigvals(jacobian.detach()))  # pyright: ignore[reportUnknownMemberType]
    by_imaginary = found[found.imag.argsort(stable=True)]
    return Spectrum(by_imaginary[by_imaginary.real.argsort(stable=True)])
