"""Dynamics: how a field is followed. Transforms are field -> field, applied from the inside out:

extragradient(averaged(compiled(rounded(autocast(field)))))
"""

from advnets.dynamics.autocast import autocast, fast_at_bfloat16, rounded
from advnets.dynamics.averaged import averaged
from advnets.dynamics.compiled import can_compile, compiled, compiled_function
from advnets.dynamics.extragradient import extragradient
from advnets.dynamics.historical import History, historical
from advnets.dynamics.jacobian import Spectrum, jacobian, spectrum
from advnets.dynamics.max_norm import keep_norms
from advnets.dynamics.momentum import Momentum, descend
from advnets.dynamics.moving_average import MovingAverage
from advnets.dynamics.penalised import penalised
from advnets.dynamics.unrolled import unrolled

__all__ = [
    "History",
    "Momentum",
    "MovingAverage",
    "Spectrum",
    "autocast",
    "averaged",
    "can_compile",
    "compiled",
    "compiled_function",
    "descend",
    "extragradient",
    "fast_at_bfloat16",
    "historical",
    "jacobian",
    "keep_norms",
    "penalised",
    "rounded",
    "spectrum",
    "unrolled",
]
