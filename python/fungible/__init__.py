"""fungible: compiles an ordinary PyTorch training step to one artifact that trains on any device."""

__version__ = "0.1.0"
