"""Metrics: what can be said of samples beside real data, each number with its 95 % interval and a control on real data.

Importing this package imports no torch; the functions do so when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from advnets.metrics.names import METRICS

if TYPE_CHECKING:
    from advnets.metrics.measuring import measure
    from advnets.metrics.parts import official_test
    from advnets.metrics.search import nearest

__all__ = ["METRICS", "measure", "nearest", "official_test"]

_NEEDS_TORCH = {"measure": "measuring", "nearest": "search", "official_test": "parts"}


def __getattr__(name: str) -> object:
    if name not in _NEEDS_TORCH:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_NEEDS_TORCH[name]}"), name)
