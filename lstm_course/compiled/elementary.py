"""tanh as arithmetic: a formula without branches or calls, which the compiler turns into vector instructions.

    tanh x = e / (e + 2)  with  e = exp(2x) − 1

Computing e as such, rather than exp(2x), keeps tanh accurate where x is small. With 2x = n ln 2 + r and
|r| ≤ ln 2 / 2:

    e = 2ⁿ (exp(r) − 1) + (2ⁿ − 1)

exp(r) − 1 is a Taylor polynomial, and 2ⁿ is n written into the exponent bits of a floating-point number.
Rounding to the whole number n is an addition of 1.5 · 2²³ (2⁵² in float64), after which no bit is left for a
fraction, and the lowest bits hold n itself. The result is within 3 units in the last place, and NaN stays.

The sigmoid is (1 + tanh(z/2)) / 2, as in ``lstm_course.recurrent``.
"""

import numpy as np
from numba import types
from numba.extending import overload

from lstm_course.compiled.jit import OPTIONS


def tanh(x):
    """Return tanh x of one number; compiled code alone can call it."""
    raise NotImplementedError("expected a call from compiled code; use numpy.tanh elsewhere")


@overload(tanh, jit_options=OPTIONS)
def _choose_tanh(x):
    return _tanh_32 if x == types.float32 else _tanh_64


F32 = np.float32
_LOG2_E_32, _MAGIC_32 = F32(1.4426950408889634), F32(1.5 * 2**23)
_LN2_HIGH_32, _LN2_LOW_32 = F32(0.693359375), F32(-2.12194440e-4)  # the high part times n is exact
_BIAS_32 = np.int32(127 << 23)
_C2_32, _C3_32, _C4_32 = F32(1 / 2), F32(1 / 6), F32(1 / 24)
_C5_32, _C6_32, _C7_32 = F32(1 / 120), F32(1 / 720), F32(1 / 5040)
_ONE_32, _TWO_32, _LARGE_32 = F32(1), F32(2), F32(20)  # tanh 10 rounds to 1


def _tanh_32(x):
    y = x + x
    y = _LARGE_32 if y > _LARGE_32 else y
    y = -_LARGE_32 if y < -_LARGE_32 else y
    shifted = y * _LOG2_E_32 + _MAGIC_32
    n = shifted - _MAGIC_32
    r = (y - n * _LN2_HIGH_32) - n * _LN2_LOW_32
    bits = (np.float32(shifted).view(np.int32) << np.int32(23)) + _BIAS_32
    power = np.int32(bits).view(np.float32)  # 2 ** n
    p = ((((_C7_32 * r + _C6_32) * r + _C5_32) * r + _C4_32) * r + _C3_32) * r + _C2_32
    e = power * (p * r * r + r) + (power - _ONE_32)
    return e / (e + _TWO_32)


_LOG2_E, _MAGIC = 1.4426950408889634, 1.5 * 2**52
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_C8, _C9, _C10, _C11, _C12, _C13 = (
    1 / 40320,
    1 / 362880,
    1 / 3628800,
    1 / 39916800,
    1 / 479001600,
    1 / 6227020800,
)


def _tanh_64(x):
    y = x + x
    y = 40.0 if y > 40.0 else y  # tanh 20 rounds to 1
    y = -40.0 if y < -40.0 else y
    shifted = y * _LOG2_E + _MAGIC
    n = shifted - _MAGIC
    r = (y - n * _LN2_HIGH) - n * _LN2_LOW
    bits = (np.float64(shifted).view(np.int64) << 52) + (1023 << 52)
    power = np.int64(bits).view(np.float64)  # 2 ** n
    p = (((((_C13 * r + _C12) * r + _C11) * r + _C10) * r + _C9) * r + _C8) * r + 1 / 5040
    p = ((((p * r + 1 / 720) * r + 1 / 120) * r + 1 / 24) * r + 1 / 6) * r + 1 / 2
    e = power * (p * r * r + r) + (power - 1.0)
    return e / (e + 2.0)
