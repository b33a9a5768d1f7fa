"""Factorizations of matrices in compiled programs: values and gradients, batches, odd sizes, and what is singular."""

import numpy as np
import torch
from torch import nn

import fungible


class _Matrix(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.x = nn.Parameter(torch.randn(shape, generator=torch.Generator().manual_seed(0)))


def _run(function, model, batch):
    """What the step returns, compiled, and in eager with its gradient."""

    def step(right):
        results = function(model.x, right)
        return [*results, *torch.autograd.grad(sum(r.square().mean() for r in results), [model.x])]

    program = fungible.Program(model=model, optimizer=None, step=step, batches=[batch])
    found = program.compile(targets=["cpu"]).on("cpu").step(batch)
    return [np.asarray(each) for each in found], [each.detach().numpy() for each in step(batch)]


def _compare(found, expected, tolerance):
    for index, (a, b) in enumerate(zip(found, expected, strict=True)):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance, err_msg=str(index))


def test_equations():
    def function(x, right):
        definite = x @ x.mT + torch.eye(7)
        factor = torch.linalg.cholesky(definite)
        return [
            torch.cholesky_solve(right, factor),
            torch.linalg.solve(x, right),
            torch.linalg.inv(x),
            torch.linalg.slogdet(x).logabsdet,
        ]

    model = _Matrix(2, 7, 7)
    _compare(*_run(function, model, torch.randn(2, 7, 3, generator=torch.Generator().manual_seed(1))), 2e-3)


def test_orthogonal_factors():
    def function(x, right):
        q, r = torch.linalg.qr(x)
        values, vectors = torch.linalg.eigh(x.mT @ x)
        left, singular, other = torch.linalg.svd(x, full_matrices=False)
        return [q @ right, r, values, vectors.abs(), singular, left.abs(), (left * singular.unsqueeze(-2)) @ other]

    model = _Matrix(2, 6, 5)
    _compare(*_run(function, model, torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(1))), 2e-3)


def test_larger_matrices_keep_their_digits():
    """The size of the code is that of small ones."""

    def function(x, right):
        values, vectors = torch.linalg.eigh(x + x.mT)
        factor = torch.linalg.cholesky(x @ x.mT / 33 + torch.eye(33))
        return [values, vectors @ torch.diag_embed(values) @ vectors.mT, factor, torch.linalg.lu_factor(x).LU]

    model = _Matrix(33, 33)
    batch = torch.zeros(1)
    program = fungible.Program(model=model, optimizer=None, step=lambda b: function(model.x, b), batches=[batch])
    found = program.compile(targets=["cpu"]).on("cpu").step(batch)
    with torch.no_grad():
        expected = [each.numpy() for each in function(model.x, None)]
    _compare([np.asarray(each) for each in found], expected, 1e-4)


def test_double_precision_inside_of_a_step():
    """The parameter, the batch and the result are float32."""
    model = _Matrix(6, 6)

    def step(right):
        return torch.linalg.solve(model.x.double(), right.double()).float()

    batch = torch.ones(6, 1)
    program = fungible.Program(model=model, optimizer=None, step=step, batches=[batch])
    found = program.compile(targets=["cpu"]).on("cpu").step(batch)
    np.testing.assert_allclose(np.asarray(found), step(batch).detach().numpy(), rtol=1e-6)
