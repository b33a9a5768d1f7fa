"""The complementary error function, its scaled form, and the inverses."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .opmath import in_float32
from .polynomials import chebyshev, horner

_aten = torch.ops.aten

#: Of (1 + 2x) erfcx(x) in (x - 15/4) / (x + 15/4); the form is that of Shepherd and Laframboise (1981).
_ERFCX = (
    2.6766327399258762e-20, -2.187342944303018e-18, -2.2370566594359995e-18, 5.068148904796111e-17,
    7.418235256624044e-17, -1.2507950530688648e-15, -1.864562880419313e-15, 3.3478119482868056e-14,
    3.25254814814874e-14, -9.65469674843344e-13, 1.9455868545777347e-13, 2.86879501093067e-11, -6.318088340886684e-11,
    -7.754400208831351e-10, 4.521959811218287e-09, 1.076499946567091e-08, -2.1886401049234397e-07,
    7.74038306619849e-07, 4.13902798607301e-06, -6.916973302501207e-05, 0.0004907758365258086, -0.002413163540417608,
    0.009074997670705265, -0.026658668435305753, 0.05920993999819189, -0.08424913336651792, -0.004590054580646478,
    2.3551578691348034,
)  # fmt: skip

# M. Giles, "Approximating the erfinv function" (2010): in w - 2.5, and in sqrt(w) - 3 for w = -log(1 - x^2) from 5 on.
_ERFINV_CENTER = (
    2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503,
    -0.00417768164, 0.246640727, 1.50140941,
)  # fmt: skip
_ERFINV_TAIL = (
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613,
    0.00943887047, 1.00167406, 2.83297682,
)  # fmt: skip

# Cephes Mathematical Library (S. L. Moshier), `ndtri.c`: for exp(-2) < y <= 1 - exp(-2), in (y - 1/2)^2;
# for smaller ones in 1 / sqrt(-2 log y), to y = exp(-32) and behind it.
_NDTRI_CENTER = (
    (-59.96335010141079, 98.00107541859997, -56.67628574690703, 13.931260938727968, -1.2391658386738125),
    (
        1.0, 1.9544885833814176, 4.676279128988815, 86.36024213908905, -225.46268785411937, 200.26021238006066,
        -82.03722561683334, 15.90562251262117, -1.1833162112133,
    ),
)  # fmt: skip
_NDTRI_TAIL = (
    (
        4.0554489230596245, 31.525109459989388, 57.16281922464213, 44.08050738932008, 14.684956192885803,
        2.1866330685079025, -0.1402560791713545, -0.03504246268278482, -0.0008574567851546854,
    ),
    (
        1.0, 15.779988325646675, 45.39076351288792, 41.3172038254672, 15.04253856929075, 2.504649462083094,
        -0.14218292285478779, -0.03808064076915783, -0.0009332594808954574,
    ),
)  # fmt: skip
_NDTRI_END = (
    (
        3.2377489177694603, 6.915228890689842, 3.9388102529247444, 1.3330346081580755, 0.20148538954917908,
        0.012371663481782003, 0.00030158155350823543, 2.6580697468673755e-06, 6.239745391849833e-09,
    ),
    (
        1.0, 6.02427039364742, 3.6798356385616087, 1.3770209948908132, 0.21623699359449663,
        0.013420400608854318, 0.00032801446468212774, 2.8924786474538068e-06, 6.790194080099813e-09,
    ),
)  # fmt: skip


def _exp_of_square(x: Tensor, sign: float) -> Tensor:
    """`exp(sign * x^2)` without the rounding error of the square, which the exponent would multiply."""
    high = torch.trunc(x * 16.0) * 0.0625
    return torch.exp(sign * (high * high)) * torch.exp(sign * ((x - high) * (x + high)))


def _erfcx_of_positive(x: Tensor) -> Tensor:
    """Coefficients computed with 50 digits from the definition."""
    # Behind 1e8 it is 1 / (sqrt(pi) x) to every digit; so the expansion needs no more.
    near = x.clamp(max=1e8)
    scaled = chebyshev((near - 3.75) / (near + 3.75), _ERFCX) / (1.0 + 2.0 * near)
    return torch.where(x > 1e8, (1.0 / math.sqrt(math.pi)) / x, scaled)


@in_float32
def _erfcx(input: Tensor) -> Tensor:
    """`exp(x^2) erfc(x)`."""
    scaled = _erfcx_of_positive(input.abs())
    # exp(30^2) is infinite in every dtype.
    return torch.where(input < 0, 2.0 * _exp_of_square(input.clamp(-30.0, 0.0), 1.0) - scaled, scaled)


@in_float32
def _erfc(input: Tensor) -> Tensor:
    size = input.abs().clamp(max=30.0)
    tail = _exp_of_square(size, -1.0) * _erfcx_of_positive(size)
    tail = torch.where(input < 0, 2.0 - tail, tail)
    return torch.where(input.abs() < 0.5, 1.0 - torch.erf(input), tail)


@in_float32
def _log_ndtr(input: Tensor) -> Tensor:
    """The logarithm of the normal distribution function. Source: `torch.special.log_ndtr`."""
    t = input * math.sqrt(0.5)
    left = torch.log(_erfcx(-t.clamp(max=1.0)) * 0.5) - t * t
    return torch.where(input < 1.0, left, torch.log1p(-0.5 * _erfc(t)))


@in_float32
def _erfinv(input: Tensor) -> Tensor:
    w = -torch.log((1.0 - input) * (1.0 + input))
    center = horner(w - 2.5, _ERFINV_CENTER)
    tail = horner(w.clamp(min=5.0).sqrt() - 3.0, _ERFINV_TAIL)
    result = torch.where(w < 5.0, center, tail) * input
    if input.dtype == torch.float64:
        # The polynomials are for float32; two of Newton's steps make up for it.
        inside = torch.where(input.abs() < 1.0, result, 0.0)
        for _ in range(2):
            error = torch.where(
                inside.abs() < 1.0, torch.erf(inside) - input,
                torch.sign(inside) * ((1.0 - input.abs()) - _erfc(inside.abs())),
            )  # fmt: skip
            inside = inside - error / ((2.0 / math.sqrt(math.pi)) * torch.exp(-inside * inside))
        result = inside
    ends = torch.where(input.abs() == 1.0, input * math.inf, math.nan)
    return torch.where(input.abs() < 1.0, result, ends)


@in_float32
def _ndtri(input: Tensor) -> Tensor:
    """The quantile of the normal distribution."""
    edge = math.exp(-2.0)
    small = torch.where(input > 1.0 - edge, 1.0 - input, input)
    from_middle = small - 0.5
    square = from_middle * from_middle
    above, below = (horner(square, c) for c in _NDTRI_CENTER)
    center = math.sqrt(2.0 * math.pi) * (from_middle + from_middle * (square * above / below))
    x = torch.sqrt(-2.0 * torch.log(small.clamp(max=edge)))
    z = 1.0 / x
    (near, near_below), (far, far_below) = (
        [horner(z, coefficients) for coefficients in pair] for pair in (_NDTRI_TAIL, _NDTRI_END)
    )
    tail = x - torch.log(x) / x - z * torch.where(x < 8.0, near / near_below, far / far_below)
    tail = torch.where(input > 1.0 - edge, tail, -tail)
    result = torch.where(small > edge, center, tail)
    result = torch.where(input == 0.0, -math.inf, torch.where(input == 1.0, math.inf, result))
    return torch.where((input >= 0.0) & (input <= 1.0), result, math.nan)


TABLE = {
    _aten.erfc.default: _erfc,
    _aten.erfinv.default: _erfinv,
    _aten.special_erfcx.default: _erfcx,
    _aten.special_log_ndtr.default: _log_ndtr,
    _aten.special_ndtri.default: _ndtri,
}
