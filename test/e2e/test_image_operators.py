"""Images resized, padded, pooled and sampled, and a transcription: gradients against eager."""

import numpy as np
import torch
import torch.nn.functional as F

import fungible


def _compare(model, step, batch):
    program = fungible.Program(model=model, optimizer=None, step=step, batches=[batch])
    found = program.compile(targets=["cpu"]).on("cpu").step(batch)
    for ours, expected in zip(found, step(batch), strict=True):
        np.testing.assert_allclose(np.asarray(ours), expected.detach().numpy(), rtol=2e-5, atol=2e-5)


def test_images():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.ConvTranspose2d(3, 2, 3, stride=2, output_padding=1))

    def step(batch):
        image, grid, target = batch
        x = model(F.pad(image, [1, 2, 0, 1], mode="reflect"))
        # Odd sizes, behind a function whose gradient is a mask.
        pooled = F.relu(F.avg_pool2d(x[..., :7, :7], 2))
        resized = F.interpolate(x, size=(5, 6), mode="bilinear")
        largest = F.adaptive_max_pool2d(resized, (3, 2))
        sampled = F.grid_sample(x, grid, align_corners=False)
        columns = F.unfold(resized, 2)
        loss = sum((y * y).mean() for y in (pooled, largest, sampled, columns))
        loss = loss + F.multi_margin_loss(resized.flatten(1), target)
        return [loss, *torch.autograd.grad(loss, list(model.parameters()))]

    _compare(model, step, [torch.randn(2, 2, 6, 5), torch.rand(2, 3, 4, 2) * 2 - 1, torch.tensor([3, 59])])


def test_transcription():
    torch.manual_seed(0)
    model = torch.nn.Linear(4, 6)

    def step(batch):
        sound, targets, times, lengths = batch
        loss = F.ctc_loss(model(sound).log_softmax(2), targets, times, lengths)
        return [loss, *torch.autograd.grad(loss, list(model.parameters()))]

    targets = torch.tensor([[1, 2, 2], [3, 5, 0]])
    _compare(model, step, [torch.randn(8, 2, 4), targets, torch.tensor([8, 6]), torch.tensor([3, 2])])
