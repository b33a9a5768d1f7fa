"""Handwritten digits with Lightning: its Trainer runs the loop, fungible compiles the network.

    pip install 'fungible[examples]' lightning
    python examples/lightning_digits.py
"""

import argparse

import lightning
import torch
from digits import BATCH, read_digits
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader


class Digits(lightning.LightningModule):
    def __init__(self, backend: str = "fungible"):
        super().__init__()
        self.network = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1, bias=False),
            nn.BatchNorm2d(16),
            nn.SiLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(0.1),
            nn.Linear(16 * 4 * 4, 10),
        )
        # A function, and not a module: the names of the state stay those of the network.
        self.scores = torch.compile(self.network.forward, backend=backend)

    def training_step(self, batch, index):
        images, labels = batch
        loss = F.cross_entropy(self.scores(images), labels)
        self.log("loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch, index):
        images, labels = batch
        self.log("accuracy", (self.scores(images).argmax(1) == labels).float().mean(), prog_bar=True)

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=3e-3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=220)
    parser.add_argument("--backend", default="fungible", help="of torch.compile; `eager` to compare")
    arguments = parser.parse_args()
    lightning.seed_everything(0, verbose=False)
    train, test = read_digits()
    trainer = lightning.Trainer(
        accelerator="cpu",
        max_steps=arguments.steps,
        logger=False,
        enable_checkpointing=False,
        enable_model_summary=False,
    )
    model = Digits(arguments.backend)
    # Batches of one shape: each further shape is compiled once more.
    trainer.fit(model, DataLoader(train, BATCH, shuffle=True, drop_last=True))
    print(f"loss {trainer.callback_metrics['loss']:.4f}")
    (metrics,) = trainer.validate(model, DataLoader(test, 72), verbose=False)
    print(f"accuracy {metrics['accuracy']:.4f}")


if __name__ == "__main__":
    main()
