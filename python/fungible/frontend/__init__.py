"""From an ordinary PyTorch step to one functional graph, and from there to the `torch` dialect.

The only package of fungible that imports torch.
"""
