"""ResNet-18 (He et al., 2015) on 64x64x3, ten classes; batch 8."""

from torch import nn
from torch.nn import functional as F

BATCH, WIDTHS = 8, (64, 128, 256, 512)

#: Small: with 32 values in a norm, rounding grows from step to step.
RATE = 1e-3


def _blocks():
    """Name, stride, and whether the shortcut has a convolution, of each block."""
    for stage in range(len(WIDTHS)):
        for number in range(2):
            stride = 2 if stage and not number else 1
            yield f"blocks.{2 * stage + number}", stride, stride == 2


class Block(nn.Module):
    def __init__(self, before: int, width: int, stride: int):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(before, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.norm2 = nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        if stride == 2:
            self.conv3, self.norm3 = nn.Conv2d(before, width, 1, 2, bias=False), nn.BatchNorm2d(width)

    def forward(self, x):
        shortcut = self.norm3(self.conv3(x)) if hasattr(self, "conv3") else x
        x = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(x)) + shortcut)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.norm = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
        widths = [64, *(width for width in WIDTHS for _ in range(2))]
        strides = [stride for _, stride, _ in _blocks()]
        self.blocks = nn.Sequential(*map(Block, widths, widths[1:], strides))
        self.head = nn.Linear(WIDTHS[-1], 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm(self.stem(x))), 3, 2, 1)
        return self.head(self.blocks(x).mean((2, 3)))


def torch_step():
    from . import in_torch as torch_

    model = ResNet()
    batches = torch_.classified(BATCH, 3, 64, 64, classes=10)
    return torch_.TorchStep(model, torch_.sgd(model, RATE), lambda x, y: F.cross_entropy(model(x), y), batches)


def jax_step(parameters: dict):
    import jax
    import jax.numpy as jnp

    from . import in_jax as jax_

    def loss_of(p, x, y):
        def normalized(convolution, norm, x, stride):
            return jax_.batch_norm(p, norm, jax_.convolution(p, convolution, x, stride))

        x = jax.nn.relu(normalized("stem", "norm", x.transpose(0, 2, 3, 1), 2))
        x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 3, 3, 1), (1, 2, 2, 1), [(0, 0), (1, 1), (1, 1), (0, 0)])
        for name, stride, is_convolved in _blocks():
            shortcut = normalized(f"{name}.conv3", f"{name}.norm3", x, stride) if is_convolved else x
            inner = jax.nn.relu(normalized(f"{name}.conv1", f"{name}.norm1", x, stride))
            x = jax.nn.relu(normalized(f"{name}.conv2", f"{name}.norm2", inner, 1) + shortcut)
        return jax_.cross_entropy(jax_.linear(p, "head", x.mean((1, 2))), y)

    return jax_.JaxStep.of(jax_.channels_last(parameters), loss_of, jax_.sgd(RATE))
