"""The backend of `torch.compile`: forward and backward graphs of any model, compiled and run on a target."""
