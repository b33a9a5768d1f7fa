"""The logarithm of the gamma function and its derivatives."""

from __future__ import annotations

import math
from fractions import Fraction

import torch
from torch import Tensor

from .opmath import in_float32
from .polynomials import chebyshev, horner

_aten = torch.ops.aten

#: Of lgamma(x) / ((x - 1) (x - 2)) in x - 2, for x in [1, 3]; computed with 50 digits from the definition.
_LOG_GAMMA = (
    -8.206746544166728e-19, 3.1630451661790255e-18, -1.2204107319639856e-17, 4.714169006756272e-17,
    -1.8232177141662118e-16, 7.060670507214892e-16, -2.7382420786652826e-15, 1.0635701227757898e-14,
    -4.137949206814042e-14, 1.6128460030283787e-13, -6.298868140791711e-13, 2.465348198355661e-12,
    -9.672485299656325e-12, 3.8050196458110534e-11, -1.501312977072867e-10, 5.943541905817546e-10,
    -2.361999702184645e-09, 9.428100823624284e-09, -3.782637660291326e-08, 1.5268677399071546e-07,
    -6.208535880776316e-07, 2.5474336873408417e-06, -1.05728743735943e-05, 4.454470184975607e-05,
    -0.00019153855341365593, 0.0008478989895953857, -0.003922461463025264, 0.01951044826068884, -0.11119580321752523,
    0.8829780509100285,
)  # fmt: skip

#: From here on Stirling's series is exact to float64; smaller arguments are shifted.
_FAR = 10

#: Bernoulli's numbers B2, B4, ...
_BERNOULLI = tuple(
    Fraction(*pair)
    for pair in ((1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66), (-691, 2730), (7, 6), (-3617, 510), (43867, 798))
)


def _sine_of_pi(x: Tensor) -> tuple[Tensor, Tensor]:
    """`sin(pi x)` and `cos(pi x)` up to a sign that both have; zero at the integers and half of them."""
    rest = x - torch.round(x)
    near = rest.abs() <= 0.25
    other = 0.5 - rest.abs()
    sine = torch.where(near, torch.sin(math.pi * rest), torch.sign(rest) * torch.cos(math.pi * other))
    cosine = torch.where(near, torch.cos(math.pi * rest), torch.sin(math.pi * other))
    return sine, cosine


def _log_gamma_of_positive(x: Tensor) -> Tensor:
    far = x.clamp(min=8.0)
    series = [float(b / (2 * k * (2 * k - 1))) for k, b in enumerate(_BERNOULLI, 1)]
    inverse = 1.0 / far
    stirling = (far - 0.5) * (torch.log(far) - 1.0) + (0.5 * math.log(2.0 * math.pi) - 0.5)
    stirling = stirling + inverse * horner(inverse * inverse, series[::-1])
    # To [1, 3]: products of what is above, one logarithm below.
    near, product = x.clamp(max=8.0), torch.ones_like(x)
    for _ in range(5):
        down = near > 3.0
        product = torch.where(down, product * (near - 1.0), product)
        near = torch.where(down, near - 1.0, near)
    low = near < 1.0
    logarithm = torch.log(torch.where(low, near, product))
    one_off, two_off = torch.where(low, near, near - 1.0), torch.where(low, near - 1.0, near - 2.0)
    middle = one_off * two_off * chebyshev(two_off, _LOG_GAMMA) + torch.where(low, -logarithm, logarithm)
    result = torch.where(x < 8.0, middle, stirling)
    return torch.where(x == math.inf, x, result)


@in_float32
def _lgamma(input: Tensor) -> Tensor:
    """Negative arguments by reflection, `lgamma(x) = log(pi / |sin(pi x)|) - lgamma(1 - x)`."""
    input = input if input.is_floating_point() else input.to(torch.get_default_dtype())
    negative = input < 0.0
    value = _log_gamma_of_positive(torch.where(negative, 1.0 - input, input))
    whole = input == torch.round(input)
    sine = torch.where(whole, 1.0, _sine_of_pi(input)[0].abs())
    reflected = torch.where(whole, math.inf, torch.log(math.pi / sine) - value)
    infinite = (input.abs() == math.inf) | (input == 0.0)
    return torch.where(infinite, math.inf, torch.where(negative, reflected, value))


def _shifted(x: Tensor, power: int) -> tuple[Tensor, Tensor]:
    """The argument from `_FAR` on, and the sum of `x^-power` over the steps to it."""
    total = torch.zeros_like(x)
    for _ in range(_FAR):
        near = x < _FAR
        term = torch.where(near, x, 1.0) ** -power
        total = torch.where(near, total + term, total)
        x = torch.where(near, x + 1.0, x)
    return x, total


@in_float32
def _digamma(input: Tensor) -> Tensor:
    """By the asymptotic series; negative arguments by `digamma(x) = digamma(1 - x) - pi / tan(pi x)`."""
    input = input if input.is_floating_point() else input.to(torch.get_default_dtype())
    negative = input < 0.0
    x, total = _shifted(torch.where(negative, 1.0 - input, input), 1)
    series = [float(b / (2 * k)) for k, b in enumerate(_BERNOULLI, 1)]
    square = 1.0 / (x * x)
    value = torch.log(x) - 0.5 / x - square * horner(square, series[::-1]) - total
    sine, cosine = _sine_of_pi(input)
    value = torch.where(negative, value - math.pi * cosine / sine, value)
    value = torch.where(negative & (input == torch.round(input)), math.nan, value)
    # At zero the sign of the infinity is that of the zero, turned round.
    return torch.where(input == 0.0, -1.0 / input, value)


def _derivative_of_cotangent(order: int) -> list[int]:
    """The nth derivative of cot as a polynomial in cot, coefficients of the lowest power first."""
    polynomial = [0, 1]
    for _ in range(order):
        slope = [k * c for k, c in enumerate(polynomial)][1:]
        polynomial = [
            -((slope[k] if k < len(slope) else 0) + (slope[k - 2] if 2 <= k else 0)) for k in range(len(slope) + 2)
        ]
    return polynomial


@in_float32
def _polygamma(n: int, input: Tensor) -> Tensor:
    """The nth derivative of digamma: recurrence, asymptotic series, and reflection below 1/2.

    `psi_n(x) = (-1)^n psi_n(1 - x) - pi d^n/dx^n cot(pi x)`. Source: NIST DLMF 5.15.5, 5.15.6, 5.15.8.
    """
    input = input if input.is_floating_point() else input.to(torch.get_default_dtype())
    if n == 0:
        return _digamma(input)
    sign = 1.0 if n % 2 else -1.0
    below = input < 0.5
    x, total = _shifted(torch.where(below, 1.0 - input, input), n + 1)
    series = [float(b * math.factorial(2 * k + n - 1) / math.factorial(2 * k)) for k, b in enumerate(_BERNOULLI, 1)]
    inverse = 1.0 / x
    square = inverse * inverse
    tail = math.factorial(n - 1) + inverse * (0.5 * math.factorial(n)) + square * horner(square, series[::-1])
    value = sign * (tail * inverse**n + math.factorial(n) * total)
    if n == 1:
        # As PyTorch's trigamma, which takes the sine of a rounded product: so close to a pole it shows.
        sine = torch.sin(math.pi * input)
        reflected = (math.pi * math.pi) / (sine * sine) - value
    else:
        sine, cosine = _sine_of_pi(input)
        slope = horner(cosine / sine, [float(c) for c in reversed(_derivative_of_cotangent(n))])
        reflected = (1.0 if n % 2 == 0 else -1.0) * value - math.pi ** (n + 1) * slope
    result = torch.where(below, reflected, value)
    poles = below & (input == torch.round(input))
    at_pole = math.inf if n % 2 else -math.inf
    return torch.where(poles, at_pole, result)


def _mvlgamma(input: Tensor, p: int) -> Tensor:
    """Of dimension p: `p (p - 1) / 4 log(pi) + sum_i lgamma(x + (1 - i) / 2)`, i = 1 to p."""
    input = input if input.is_floating_point() else input.to(torch.get_default_dtype())
    parts = [_lgamma(input - 0.5 * i) for i in range(p)]
    return sum(parts[1:], parts[0]) + 0.25 * p * (p - 1) * math.log(math.pi)


TABLE = {
    _aten.digamma.default: _digamma,
    _aten.lgamma.default: _lgamma,
    _aten.mvlgamma.default: _mvlgamma,
    _aten.polygamma.default: _polygamma,
}
