"""Optimizers, alone and together, compiled against PyTorch eager: five steps from the same start.

Many of them share a program, since most of a test's time is compilation.
"""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn, get_ema_multi_avg_fn

from fungible import capture

STEPS = 5


def _batches(dtype=torch.float32):
    generator = torch.Generator().manual_seed(1)
    return [
        (torch.randn(8, 4, generator=generator).to(dtype), torch.randint(0, 3, (8,), generator=generator))
        for _ in range(STEPS)
    ]


def _model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))


def _values(outputs):
    return [leaf.detach().float().numpy() if isinstance(leaf, torch.Tensor) else np.float32(leaf) for leaf in outputs]


def _agree(step, model, optimizer, batches, rtol=1e-5, atol=1e-6, **options):
    """Compiled, then eager from the same start; outputs, parameters, buffers and optimizer state agree."""
    program = capture(step, model=model, optimizer=optimizer, example=batches[0], **options)
    session = program.compile().on("cpu")
    compiled = [_values(session.step(batch)) for batch in batches]
    eager = [_values(step(batch)) for batch in batches]
    for ours, expected in zip(compiled, eager):
        for left, right in zip(ours, expected, strict=True):
            np.testing.assert_allclose(left, right, rtol=rtol, atol=atol)

    def check(name, tensor):
        value = np.asarray(session.state[name]).astype(np.float32)
        expected = torch.as_tensor(tensor).detach().float().numpy()
        np.testing.assert_allclose(value, expected, rtol=10 * rtol, atol=atol, err_msg=name)

    modules = program.model
    for name, tensor in (*modules.named_parameters(), *modules.named_buffers()):
        check(f"model.{name}", tensor)
    names = {id(p): name for name, p in modules.named_parameters()}
    if isinstance(optimizer, (list, dict)):
        entries = optimizer.items() if isinstance(optimizer, dict) else enumerate(optimizer)
        named = {f"optimizer.{key}": each for key, each in entries}
    else:
        named = {} if optimizer is None else {"optimizer": optimizer}
    for prefix, each in named.items():
        for owner, state in each.state.items():
            for key, value in state.items():
                name = f"{prefix}.state.{names[id(owner)]}.{key}"
                if name in session.state and value is not None:
                    check(name, value)
    return session


def _each(models, optimizers):
    """A step of each model by its optimizer; gives their losses."""

    def step(batch):
        losses = []
        for model, optimizer in zip(models, optimizers):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(batch[0]).float(), batch[1])
            loss.backward()
            optimizer.step()
            losses.append(loss)
        return losses

    return step


OWN_STEPS = [
    lambda p: torch.optim.Adadelta(p, rho=0.95, weight_decay=0.9),
    lambda p: torch.optim.Adafactor(p, weight_decay=0.1, d=1.5, maximize=True),
    lambda p: torch.optim.Adagrad(p, lr=torch.tensor(0.1), lr_decay=0.5, initial_accumulator_value=0.1, fused=True),
    lambda p: torch.optim.Adamax(p, lr=0.1, weight_decay=0.1, foreach=True),
    lambda p: torch.optim.ASGD(p, lr=0.1, t0=2, lambd=0.1),
    lambda p: torch.optim.NAdam(p, weight_decay=0.1, momentum_decay=6e-3, decoupled_weight_decay=True),
    # With this beta the rectified update begins with the third step.
    lambda p: torch.optim.RAdam(p, lr=0.02, betas=(0.9, 0.7), weight_decay=0.1),
    lambda p: torch.optim.RMSprop(p, weight_decay=0.1, centered=True, momentum=0.1),
    lambda p: torch.optim.Rprop(p, etas=(0.4, 1.5), step_sizes=(2e-6, 0.1)),
]


def test_optimizers_of_pytorch_that_are_traced_through_their_own_step():
    torch.manual_seed(0)
    models = [nn.Linear(4, 3) for _ in OWN_STEPS]
    optimizers = [make(model.parameters()) for make, model in zip(OWN_STEPS, models)]
    session = _agree(_each(models, optimizers), models, optimizers, _batches())
    assert float(session.state["optimizer.5.param_groups.0.step"]) == STEPS


def test_muon_with_an_optimizer_for_the_rest():
    torch.manual_seed(0)
    model = nn.Linear(4, 2)
    optimizers = [torch.optim.Muon([model.weight], lr=0.02, weight_decay=0.2), torch.optim.AdamW([model.bias], lr=0.01)]

    def step(batch):
        loss = F.mse_loss(model(batch[0]), batch[0].flip(1)[:, :2])
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
        return [loss]

    # Muon orthogonalizes in bfloat16: a last bit of an element is 2^-8 of the rate.
    _agree(step, model, optimizers, _batches(), rtol=1e-3, atol=0.02 * 2**-7)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_parameters_of_16_bits(dtype):
    makers = [
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
        # Squares of gradients that float16 holds well.
        lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.9, 0.8), eps=1e-3, amsgrad=True),
        lambda p: torch.optim.AdamW(p, lr=0.01, betas=(0.9, 0.8), eps=1e-3, weight_decay=0.1),
        lambda p: torch.optim.RAdam(p, lr=0.01, betas=(0.9, 0.7), eps=1e-3),
        lambda p: torch.optim.Adafactor(p, lr=0.01, eps=(1e-2, 1e-3)),
    ]
    torch.manual_seed(0)
    models = [nn.Linear(4, 3).to(dtype) for _ in makers]
    optimizers = [make(model.parameters()) for make, model in zip(makers, models)]
    eps = torch.finfo(dtype).eps
    session = _agree(_each(models, optimizers), models, optimizers, _batches(dtype), rtol=eps, atol=2 * eps)
    assert session.state["optimizer.1.state.1.weight.exp_avg"].dtype.itemsize == 2


class Yogi(torch.optim.Optimizer):
    """Written as optimizers were before `capturable`: with Python counters and `math`."""

    def __init__(self, params, lr=0.01, betas=(0.9, 0.99), eps=1e-3):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "updates": 0})

    def step(self, closure=None):
        loss = None if closure is None else closure()
        for group in self.param_groups:
            group["updates"] += 1
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if len(state) == 0:
                    state["step"] = 0
                    state["exp_avg"] = torch.zeros_like(p.data)
                    state["exp_avg_sq"] = torch.full_like(p.data, 1e-6)
                    state["anchor"] = p.data.clone()
                state["step"] += 1
                exp_avg, exp_avg_sq = state["exp_avg"], state["exp_avg_sq"]
                exp_avg.mul_(beta1).add_(p.grad.data, alpha=1 - beta1)
                squared = p.grad.data.pow(2)
                state["exp_avg_sq"] = exp_avg_sq - (1 - beta2) * torch.sign(exp_avg_sq - squared) * squared
                correction1 = 1 - beta1 ** state["step"]
                correction2 = 1 - math.pow(beta2, state["step"])
                size = group["lr"] * math.sqrt(correction2) / correction1 / max(1.0, group["updates"] - 2)
                p.data.addcdiv_(exp_avg, state["exp_avg_sq"].sqrt().add_(group["eps"]), value=-size)
                p.data.lerp_(state["anchor"], 0.01)
        return loss


class Clipped(torch.optim.NAdam):
    """A subclass of PyTorch's that does something before."""

    @torch.no_grad()
    def step(self, closure=None):
        grads = [p.grad for group in self.param_groups for p in group["params"] if p.grad is not None]
        torch._foreach_mul_(grads, 0.5)
        return super().step(closure)


def test_optimizers_of_the_users_own():
    torch.manual_seed(0)
    models = [nn.Linear(4, 3) for _ in range(3)]
    models[1].bias.requires_grad_(False)
    optimizers = [Yogi(models[0].parameters()), Yogi(models[1].parameters()), Clipped(models[2].parameters(), lr=0.01)]
    batches = _batches()
    _each(models[1:2], optimizers[1:2])(batches[0])  # one of them has stepped before
    session = _agree(_each(models, optimizers), models, optimizers, batches)
    assert session.state["optimizer.0.param_groups.0.updates"] == STEPS
    assert session.state["optimizer.1.state.1.weight.step"] == STEPS + 1
    assert session.state["optimizer.1.state.1.weight.step"].dtype == np.int32


def test_two_networks_two_optimizers_two_losses():
    torch.manual_seed(0)
    generator = nn.Sequential(nn.Linear(4, 8, bias=False), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 4))
    discriminator = nn.Sequential(nn.Linear(4, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
    optimizers = {
        "g": torch.optim.Adam(generator.parameters(), lr=2e-3, betas=(0.5, 0.999)),
        "d": torch.optim.RMSprop(discriminator.parameters(), lr=5e-3),
    }
    schedulers = [torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9) for optimizer in optimizers.values()]

    def step(batch):
        real = batch[0]
        fake = generator(real.flip(0))

        def judged():
            optimizers["d"].zero_grad()
            loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.detach())).mean()
            loss.backward()
            return loss

        wrong = optimizers["d"].step(judged)
        optimizers["g"].zero_grad()
        fooled = F.softplus(-discriminator(fake)).mean()
        fooled.backward()
        optimizers["g"].step()
        for scheduler in schedulers:
            scheduler.step()
        return [wrong, fooled]

    models = {"generator": generator, "discriminator": discriminator}
    session = _agree(step, models, optimizers, _batches(), rtol=2e-5, atol=2e-6, scheduler=schedulers, horizon=16)
    assert "model.generator.1.running_mean" in session.state
    assert "optimizer.g.state.generator.0.weight.exp_avg" in session.state
    np.testing.assert_allclose(session.state["optimizer.d.param_groups.0.lr"], 5e-3 * 0.9**STEPS, rtol=1e-6)


def test_averages_of_weights():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Linear(6, 3))
    averages = [
        AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.6)),
        AveragedModel(model, avg_fn=get_ema_avg_fn(0.6), use_buffers=True),
        AveragedModel(model),
    ]
    trained, own, listed = (nn.Linear(4, 3) for _ in range(3))
    optimizer = torch.optim.SGD([*model.parameters(), *trained.parameters()], lr=0.5)

    def step(batch):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch[0]), batch[1]) + F.cross_entropy(trained(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        for average in averages:
            average.update_parameters(model)
        with torch.no_grad():
            for p, e in zip(trained.parameters(), own.parameters()):
                e.lerp_(p, 0.3)
        for p, e in zip(trained.parameters(), listed.parameters()):
            e.data.mul_(0.7).add_(p.data, alpha=0.3)
        return [loss, F.cross_entropy(own(batch[0]), batch[1])]

    session = _agree(step, [model, *averages, trained, own, listed], optimizer, _batches())
    assert session.state["model.3.n_averaged"] == STEPS


def test_a_step_that_updates_parameters_itself():
    model = _model()

    def step(batch):
        model.zero_grad()
        loss = F.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        gradients = [p.grad for p in model.parameters()]
        with torch.no_grad():
            for p in model.parameters():
                p -= 0.1 * p.grad
                p.data.sub_(p.grad, alpha=0.05)
        return [loss, *gradients]

    _agree(step, model, None, _batches())


def test_a_scaler_that_skips_a_step_of_an_own_step():
    model = _model()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.01, momentum=0.9)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**8)

    def step(batch):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch[0]), batch[1])
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        return [loss]

    batches = _batches()
    batches[2] = (torch.full_like(batches[2][0], float("inf")), batches[2][1])
    session = _agree(step, model, optimizer, batches)
    assert float(session.state["optimizer.param_groups.0.step"]) == STEPS - 1
