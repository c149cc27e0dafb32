"""Data: pictures from files and named sets, points, and toy densities whose pdf is known exactly.

Importing this package imports no torch; the names that need it do so when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from advnets.data.names import DENSITIES, NAMES, PICTURES, SPLITS
from advnets.data.reading import Reading

if TYPE_CHECKING:
    from advnets.data.densities import Density, GaussianMixture, SwissRoll, density
    from advnets.data.images import Images, Points
    from advnets.data.opening import Data, open_data
    from advnets.data.streamed import Streamed
    from advnets.data.surveying import Survey, survey

__all__ = [
    "DENSITIES",
    "NAMES",
    "PICTURES",
    "SPLITS",
    "Data",
    "Density",
    "GaussianMixture",
    "Images",
    "Points",
    "Reading",
    "Streamed",
    "Survey",
    "SwissRoll",
    "density",
    "open_data",
    "survey",
]

_NEEDS_TORCH = {
    "Data": "opening",
    "Density": "densities",
    "GaussianMixture": "densities",
    "Images": "images",
    "Points": "images",
    "Streamed": "streamed",
    "Survey": "surveying",
    "SwissRoll": "densities",
    "density": "densities",
    "open_data": "opening",
    "survey": "surveying",
}


def __getattr__(name: str) -> object:
    if name not in _NEEDS_TORCH:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_NEEDS_TORCH[name]}"), name)
