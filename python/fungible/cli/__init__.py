"""The commands: `fungc` and `fungible-opt`."""
