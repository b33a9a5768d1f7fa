"""Complex numbers in a step: a graph without them, of the same values and gradients."""

import numpy as np
import pytest
import torch
import torch.utils.checkpoint

import fungible
from fungible.errors import CaptureError
from fungible.frontend import graph


def _trace(function, *inputs):
    module = graph.trace(lambda *values: [leaf.detach() for leaf in function(*values)], list(inputs), {})
    for node in module.graph.nodes:
        value = node.meta.get("val")
        assert not (isinstance(value, torch.Tensor) and value.is_complex())
    return module


def _rand(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed + sum(shape)))


def _real(value):
    return torch.view_as_real(value.resolve_conj()) if value.is_complex() else value


def _check(function, *inputs, tolerance=1e-5):
    """Values, and gradients with respect to each input."""

    def step(*values):
        values = [value.detach().clone().requires_grad_() for value in values]
        result = _real(function(*values))
        weights = torch.cos(torch.arange(float(result.numel()))).reshape(result.shape)
        return [result, *torch.autograd.grad((result * weights).sum(), values, materialize_grads=True)]

    found = _trace(step, *inputs)(*inputs)
    torch.testing.assert_close(found, [leaf.detach() for leaf in step(*inputs)], rtol=tolerance, atol=tolerance)


FUNCTIONS = {
    "arithmetic": lambda z, w: (z * w + 2j * z - w / (z + 3)) * z.conj() + (1 - 1j) / (w + 4j),
    "in place": lambda z, w: z.clone().mul_(w).add_(1j).index_copy_(0, torch.tensor([0]), w[:1]),
    "views": lambda z, w: torch.cat([z.mT, w.reshape(4, 3)], 1)[1:, ::2].flip(0) + z[0, 0],
    "writes": lambda z, w: torch.view_as_complex(torch.view_as_real(z).clone().mul_(2)) + w,
    "products": lambda z, w: z @ w.mH + torch.einsum("ij,kj->ik", z, w.conj()),
    "real and imaginary": lambda z, w: z.real * w.imag + z.abs() + w.angle() + torch.linalg.vector_norm(z),
    "functions": lambda z, w: z.exp() + w.log() + z.sqrt() + w.sin() * z.cos() + z.tanh() + w.sigmoid() + z**2 / w**3,
    "powers": lambda z, w: z**w + z**0.5 + 2.0**z + z ** (1 + 1j),
    "choices": lambda z, w: torch.where(z.real > 0, z, w).masked_fill(w.real > 0, 1j) + (z == w) + z.isfinite(),
    "sums": lambda z, w: z.sum(0) + w.mean(1, keepdim=True) + z.cumsum(0) + z.std(),
    "polar": lambda z, w: torch.polar(z.real, w.imag) * torch.ones(4).cfloat() + torch.complex(z.real, w.real),
    "dtypes": lambda z, w: (z.cdouble() * w).cfloat() + torch.full((3, 4), 2 - 1j) + z.real.cfloat(),
    "sign": lambda z, w: torch.sgn(z) + torch.sgn(w * 0),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_gradients(name):
    z, w = _rand(3, 4, 2), _rand(3, 4, 2, seed=1)
    _check(lambda a, b: FUNCTIONS[name](torch.view_as_complex(a), torch.view_as_complex(b)), z, w, tolerance=2e-5)


#: 7 and 64 are one product, 65 and 360 split, 67 has no factors, 263 is a convolution.
@pytest.mark.parametrize("count", [1, 2, 7, 64, 65, 67, 263, 360])
@pytest.mark.parametrize("norm", ["backward", "ortho", "forward"])
def test_transforms(count, norm):
    def transforms(x):
        z = torch.complex(x, x.flip(0))
        return [
            _real(torch.fft.rfft(x, norm=norm)),
            _real(torch.fft.fft(x, norm=norm)),
            _real(torch.fft.ifft(z, norm=norm)),
            torch.fft.irfft(torch.fft.fft(z), n=count, norm=norm),
            torch.fft.hfft(z, n=count, norm=norm),
            _real(torch.fft.ihfft(x, norm=norm)),
        ]

    x = _rand(2, count)
    for found, expected in zip(_trace(transforms, x)(x), transforms(x.double()), strict=True):
        torch.testing.assert_close(found.double(), expected, rtol=1e-5, atol=2e-6 * float(expected.abs().max()) + 1e-9)


@pytest.mark.parametrize("count", [6, 7, 66])
def test_gradients_of_transforms(count):
    _check(lambda x: torch.fft.fft2(x), _rand(2, count))
    _check(lambda x: torch.fft.irfft(torch.fft.rfft(x) * 0.5, n=count + 1), _rand(2, count))


@pytest.mark.parametrize("center", [False, True])
def test_spectrograms(center):
    window = torch.hann_window(12) + 0.1

    def there_and_back(x):
        spectrum = torch.stft(x, 16, 4, 12, window, center=center, return_complex=True)
        return torch.istft(spectrum * 2, 16, 4, 12, window, center=center, length=40)

    for x in (_rand(64), _rand(2, 64)):
        found = _trace(lambda x: [there_and_back(x)], x)(x)[0]
        if center:
            torch.testing.assert_close(found, there_and_back(x), rtol=1e-5, atol=1e-5)
        else:  # eager refuses: the window is zero where the signal starts
            assert found[..., :2].isnan().all()
            torch.testing.assert_close(found[..., 4:], 2 * x[..., 4:40], rtol=1e-5, atol=1e-5)


class _Rotation(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.angles = torch.nn.Parameter(_rand(4))

    def forward(self, x):
        return torch.view_as_real(torch.view_as_complex(x) * torch.polar(torch.ones(4), self.angles))


def test_a_compiled_program_trains():
    model, batch = _Rotation(), _rand(3, 4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(x):
        optimizer.zero_grad()
        loss = (torch.fft.rfft(model(x)[..., 0]).abs() - 1).square().sum()
        loss.backward()
        optimizer.step()
        return loss

    program = fungible.capture(step, model=model, optimizer=optimizer, example=batch)
    session = program.compile(targets=["cpu"]).on("cpu")
    for _ in range(2):
        np.testing.assert_allclose(np.asarray(session.step(batch)), step(batch).detach().numpy(), rtol=1e-5)
    angles = model.angles.detach().numpy()
    np.testing.assert_allclose(np.asarray(session.state["model.angles"]), angles, rtol=1e-5, atol=1e-6)


def test_checkpoints():
    def function(x):
        z = torch.view_as_complex(x)
        return 2 * torch.utils.checkpoint.checkpoint(lambda z: (z * z.conj() + 1j * z).exp(), z, use_reentrant=False)

    _check(function, _rand(3, 4, 2) * 0.3)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: torch.linalg.eigvals(x).real, "aten::linalg_eig with complex numbers is not supported; for sym"),
        (lambda x: torch.complex(x, x), "a complex tensor is an output or state"),
    ],
)
def test_what_is_not_supported_is_said_where_it_is(function, message):
    with pytest.raises(CaptureError, match=rf"{__file__}:\d+: {message}"):
        _trace(lambda x: [function(x)], torch.eye(3))


def test_complex_state_and_inputs_are_refused_by_name():
    model = torch.nn.Module()
    model.register_buffer("turns", torch.ones(3, dtype=torch.complex64))
    with pytest.raises(CaptureError, match="model.turns is complex64; .*torch.view_as_real"):
        fungible.capture(lambda x: x, model=model, optimizer=None, example=torch.ones(3)).as_text("torch")
    with pytest.raises(CaptureError, match="batch is complex64; .*torch.view_as_real"):
        example = torch.ones(3) * 1j
        fungible.capture(torch.abs, model=torch.nn.Module(), optimizer=None, example=example).as_text("torch")
