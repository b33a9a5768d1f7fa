"""Three convolutions with batch normalization on 32x32x3; batch 32."""

from torch import nn
from torch.nn import functional as F

BATCH, CHANNELS = 32, (32, 64, 128)


def torch_step():
    from . import in_torch as torch_

    layers, width = [], 3
    for number, channels in enumerate(CHANNELS):
        convolution = nn.Conv2d(width, channels, 3, stride=1 if number == 0 else 2, padding=1, bias=False)
        layers += [convolution, nn.BatchNorm2d(channels), nn.ReLU()]
        width = channels
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 10))
    batches = torch_.classified(BATCH, 3, 32, 32, classes=10)
    return torch_.TorchStep(model, torch_.sgd(model), lambda x, y: F.cross_entropy(model(x), y), batches)


def jax_step(parameters: dict):
    import jax

    from . import in_jax as jax_

    def loss_of(p, x, y):
        x = x.transpose(0, 2, 3, 1)
        for number in range(len(CHANNELS)):
            x = jax_.convolution(p, str(3 * number), x, 1 if number == 0 else 2)
            x = jax.nn.relu(jax_.batch_norm(p, str(3 * number + 1), x))
        return jax_.cross_entropy(jax_.linear(p, str(3 * len(CHANNELS) + 2), x.mean((1, 2))), y)

    return jax_.JaxStep.of(jax_.channels_last(parameters), loss_of, jax_.sgd())
