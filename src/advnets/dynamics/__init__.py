"""Dynamics: how a field is followed. Transforms are field -> field, applied from the inside out:

extragradient(averaged(compiled(autocast(field))))
"""

from advnets.dynamics.autocast import autocast, fast_at_bfloat16
from advnets.dynamics.averaged import averaged
from advnets.dynamics.compiled import can_compile, compiled
from advnets.dynamics.extragradient import extragradient
from advnets.dynamics.moving_average import MovingAverage
from advnets.dynamics.unrolled import unrolled

__all__ = ["MovingAverage", "autocast", "averaged", "can_compile", "compiled", "extragradient", "fast_at_bfloat16", "unrolled"]
