"""Dynamics: how a field is followed. Transforms are field -> field, applied from the inside out:

extragradient(averaged(compiled(autocast(field))))
"""

from advnets.dynamics.autocast import autocast, fast_at_bfloat16
from advnets.dynamics.averaged import averaged
from advnets.dynamics.compiled import can_compile, compiled
from advnets.dynamics.extragradient import extragradient
from advnets.dynamics.historical import History, historical
from advnets.dynamics.jacobian import Spectrum, jacobian, spectrum
from advnets.dynamics.max_norm import keep_norms
from advnets.dynamics.moving_average import MovingAverage
from advnets.dynamics.penalised import penalised
from advnets.dynamics.unrolled import unrolled

__all__ = [
    "History",
    "MovingAverage",
    "Spectrum",
    "autocast",
    "averaged",
    "can_compile",
    "compiled",
    "extragradient",
    "fast_at_bfloat16",
    "historical",
    "jacobian",
    "keep_norms",
    "penalised",
    "spectrum",
    "unrolled",
]
