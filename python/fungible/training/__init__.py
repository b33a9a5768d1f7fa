"""A training run: batches in order, steps, metrics, checkpoints."""
