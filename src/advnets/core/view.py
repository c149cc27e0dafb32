"""The networks as one turn sees them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

Point = Mapping[str, Mapping[str, Tensor]]
"""A place in parameter space: parameters by network and by name."""


def here(nets: Mapping[str, nn.Module]) -> Point:
    """The point at which the networks stand."""
    return {name: dict(net.named_parameters()) for name, net in nets.items()}


class View:
    """Networks by name: the movers' parameters live, everybody else's detached.

    A cost calls `n.D(x)`. The same network with the very same arguments is evaluated once a turn, so that costs which move
    together share their work and see one dropout mask; a network that nobody moves records no graph of its own.

    Args:
        nets: the modules by name. Their buffers stay live.
        live: names of the networks whose parameters take gradients.
        at: the point to look from; where the networks stand if None.
    """

    def __init__(self, nets: Mapping[str, nn.Module], live: Collection[str], at: Point | None = None) -> None:
        point = here(nets) if at is None else at
        self.nets, self.live = nets, live
        self.untouched = frozenset(live if at is None else ())  # seen exactly as the modules stand
        self.at = {name: dict(own) if name in live else {key: p.detach() for key, p in own.items()} for name, own in point.items()}
        self.calls: list[tuple[str, tuple[Any, ...], Any]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__") or name not in self.nets:
            raise AttributeError(f"this game has no network {name!r}")
        return partial(self.call, name)

    def call(self, name: str, *args: Any) -> Any:
        """What network `name` says of `args`: computed once, then remembered."""
        before = self.remembered(name, args)
        if before is not None:
            return before
        net = self.nets[name]
        result = net(*args) if name in self.untouched else functional_call(net, self.at[name], args)
        self.calls.append((name, args, result))
        return result

    def remembered(self, name: str, args: tuple[Any, ...]) -> Any:
        """What network `name` has said of the very same arguments before, if it was asked."""
        for network, given, result in self.calls:
            if network == name and len(given) == len(args) and all(a is b for a, b in zip(given, args, strict=True)):
                return result
        return None

    def each(self, name: str, *inputs: Tensor) -> tuple[Tensor, ...]:
        """What network `name` says of each of several inputs [n_i, ...], remembered as if it had been asked of each.

        It is asked of all at once if it is `rowwise`: what it says of a row does not depend on the others.
        """
        if not getattr(self.nets[name], "rowwise", False) or any(self.remembered(name, (x,)) is not None for x in inputs):
            return tuple(self.call(name, x) for x in inputs)
        said = tuple(self.call(name, torch.cat(inputs)).split([len(x) for x in inputs]))
        self.calls += [(name, (x,), part) for x, part in zip(inputs, said, strict=True)]
        return said

    def moved(self, names: Collection[str], cost: Callable[[View, Any], Tensor], batch: Any, rate: float) -> View:
        """The view after these networks have taken one gradient step down `cost`; differentiable through that step.

        Buffers (batch norm's statistics) are cloned: what is only looked at leaves no trace.
        """
        own: dict[str, dict[str, Tensor]] = {}
        buffers = {name: {key: b.clone() for key, b in self.nets[name].named_buffers()} for name in names}
        for name in names:
            parameters = {key: p for key, p in self.at[name].items() if key not in buffers[name]}
            own[name] = {key: p if p.requires_grad else p.detach().requires_grad_() for key, p in parameters.items()}
        look = self.elsewhere({name: own[name] | buffers[name] for name in names})
        leaves = [p for name in names for p in own[name].values()]
        steps = iter(torch.autograd.grad(cost(look, batch), leaves, create_graph=True))
        return look.elsewhere({name: {key: p - rate * next(steps) for key, p in own[name].items()} | buffers[name] for name in names})

    def elsewhere(self, places: Mapping[str, Mapping[str, Tensor]]) -> View:
        """The view with these networks live at other places. What the others have said is remembered: they have not moved."""
        view = View(self.nets, {*self.live, *places}, {**self.at, **places})
        view.calls = [call for call in self.calls if call[0] not in places]
        return view

    def leaves(self, names: Collection[str]) -> dict[tuple[str, str], Tensor]:
        """The parameters of these networks that take gradients, by (network, name)."""
        return {(name, key): p for name in names for key, p in self.at[name].items() if p.requires_grad}
