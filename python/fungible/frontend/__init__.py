"""From an ordinary PyTorch step to one functional graph, and from there to the `torch` dialect."""
